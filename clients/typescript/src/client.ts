import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { ConsumeMessage } from "amqplib";

import { MOST_BYTES, QUESTION_LIFETIME } from "./contracts/codes.js";
import type { ApplicationStatus } from "./contracts/bodies.js";
import { Link, NotSent } from "./link.js";
import { type Message, type ReplyTo, readReplyTo, type Sent, type SentType } from "./messages.js";

/** Milliseconds between two questions about the same application. */
const ASK_EVERY = 1_000;
const WAIT = 5_000;

/** No reply came in time. The command was taken and is never lost: `ask` what became of it. */
export class NoReply extends Error {}

/** A connection to the broker, made when it is needed or was lost. Have one a process. */
export class GatewayClient {
  readonly #url: string;
  readonly #appId: string;
  readonly #waiting = new Map<string, (reply: ConsumeMessage) => void>();
  #link: Promise<Link> | undefined;

  constructor(url: string, options: { readonly appId: string }) {
    this.#url = url;
    this.#appId = options.appId;
  }

  /**
   * Sends a message under its id, and waits some milliseconds for the reply.
   *
   * Throws `NotSent` if the broker is away or did not take it in time: send it again. `NoReply` if no reply came in
   * time. `UnreadableReply` if one came that this package cannot read.
   */
  async send<T extends SentType>(message: Message<T>, id: string, wait = WAIT): Promise<ReplyTo<T>> {
    const body = Buffer.from(JSON.stringify(message.body));
    if (body.length > MOST_BYTES) throw new RangeError(`the body has ${body.length} bytes, over ${MOST_BYTES}`);
    const correlationId = randomBytes(16).toString("hex");
    const reply = new Promise<ConsumeMessage>((resolve) => this.#waiting.set(correlationId, resolve));
    const clock = new AbortController();
    let isConfirmed = false;
    const end = sleep(wait, undefined, { signal: clock.signal }).then(() => {
      throw isConfirmed ? new NoReply("no reply came in time") : new NotSent("the broker did not confirm it in time");
    });
    const answered = this.#publish(message as Sent, body, id, correlationId, clock.signal).then(() => {
      isConfirmed = true;
      return reply;
    });
    try {
      const { properties, content } = await Promise.race([answered, end]);
      return readReplyTo(message.type, properties.type ?? "", content.toString());
    } finally {
      this.#waiting.delete(correlationId);
      clock.abort();
      end.catch(() => {});
      answered.catch(() => {});
    }
  }

  /** Asks what became of a command, and how its application stands. Throws as `send` does. */
  ask(applicationId: string, commandId: string, wait = WAIT): Promise<ReplyTo<"ask-outcome.v1">> {
    const body = { application_id: applicationId, command_id: commandId };
    return this.send({ type: "ask-outcome.v1", body }, randomUUID(), wait);
  }

  /** Asks every second until it is enough, or refused. Throws `NoReply` after so many milliseconds. */
  async askUntil(
    isEnough: (status: ApplicationStatus) => boolean,
    applicationId: string,
    commandId: string,
    within: number,
  ): Promise<ReplyTo<"ask-outcome.v1">> {
    const end = performance.now() + within;
    for (let left = within; left > 0; left = end - performance.now()) {
      try {
        const reply = await this.ask(applicationId, commandId, Math.min(WAIT, left));
        if (reply.type === "refused.v1" || isEnough(reply.body)) return reply;
      } catch (error) {
        if (!(error instanceof NotSent || error instanceof NoReply)) throw error;
        // the broker or the workers are away: ask again
      }
      await sleep(ASK_EVERY);
    }
    throw new NoReply("it did not become so in time");
  }

  /** Ends the connection. A `send` after it makes another. */
  async close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.then((open) => open.close(), () => {});
  }

  async #publish(message: Sent, body: Buffer, id: string, correlationId: string, isOver: AbortSignal): Promise<void> {
    let link: Link;
    try {
      link = await (this.#link ??= this.#connect());
    } catch (error) {
      throw new NotSent("the broker is away", { cause: error });
    }
    if (isOver.aborted) return; // nobody waits any more
    await link.publish(message.type.replace(/\.v\d+$/, ""), body, correlationId, {
      type: message.type,
      messageId: id,
      persistent: true,
      contentType: "application/json",
      timestamp: Math.floor(Date.now() / 1000),
      appId: this.#appId,
      headers: { "ace-application": message.body.application_id },
      ...(message.type === "ask-outcome.v1" ? { expiration: String(QUESTION_LIFETIME) } : {}),
    });
  }

  #connect(): Promise<Link> {
    const forget = () => {
      if (this.#link === link) this.#link = undefined;
    };
    const link = Link.open(this.#url, (reply) => this.#take(reply), forget);
    link.catch(forget);
    return link;
  }

  #take(reply: ConsumeMessage): void {
    this.#waiting.get(reply.properties.correlationId)?.(reply); // a late one is dropped: ask-outcome tells of it
  }
}

import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { type ChannelModel, type ConfirmChannel, connect, type ConsumeMessage, type Options, type SocketOptions } from "amqplib";

import { EXCHANGE, REPLIES } from "./contracts/codes.js";

/** Names to try for the reply queue: four hexadecimal digits can be another process's. */
const NAMES = 5;

/** AMQP's answer if another connection has this queue. */
const RESOURCE_LOCKED = 405;

/** Milliseconds until a broker that does not answer counts as away. */
const PATIENCE = 10_000;
const GOODBYE = 1_000;

/** The broker did not confirm it. Send it again, under the same id. */
export class NotSent extends Error {}

/** A connection with a reply queue of its own. If any part of it is lost, all of it ends. */
export class Link {
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #user: string;
  readonly #replies: string;
  readonly #returned = new Set<string>();

  private constructor(connection: ChannelModel, channel: ConfirmChannel, user: string, replies: string) {
    this.#connection = connection;
    this.#channel = channel;
    this.#user = user;
    this.#replies = replies;
    channel.on("return", (message) => this.#returned.add(message.properties.correlationId));
  }

  /** Connects, and takes replies from a new queue. `onEnd` is called once the link is of no more use. */
  static async open(url: string, take: (reply: ConsumeMessage) => void, onEnd: () => void): Promise<Link> {
    const connection = await connect(url, { timeout: PATIENCE, noDelay: true, ...readCertificates(url) });
    connection.on("error", ignore);
    try {
      const user = decodeURIComponent(new URL(url).username) || "guest";
      const [channel, queue] = await declareReplies(connection, `${REPLIES}${user}.`);
      const link = new Link(connection, channel, user, queue);
      const end = () => {
        onEnd();
        void link.close();
      };
      channel.on("close", end);
      await channel.consume(queue, (reply) => (reply ? take(reply) : end()), { noAck: true }); // null: it is gone
      return link;
    } catch (error) {
      await connection.close().catch(ignore);
      throw error;
    }
  }

  /** Returns once the broker has confirmed it. Throws `NotSent`. */
  publish(routingKey: string, body: Buffer, correlationId: string, options: Options.Publish): Promise<void> {
    const own = { mandatory: true, userId: this.#user, replyTo: this.#replies, correlationId };
    return new Promise((resolve, reject) => {
      const answer = (error: unknown) => {
        const wasReturned = this.#returned.delete(correlationId); // which comes before its confirmation
        if (error || wasReturned) reject(new NotSent("the broker did not take it", { cause: error }));
        else resolve();
      };
      try {
        this.#channel.publish(EXCHANGE, routingKey, body, { ...options, ...own }, answer);
      } catch (error) {
        answer(error); // the channel was closed just now
      }
    });
  }

  /** Says goodbye to the broker. One that does not answer is left. */
  async close(): Promise<void> {
    await Promise.race([this.#connection.close().catch(ignore), sleep(GOODBYE, undefined, { ref: false })]);
  }
}

/** What a URL of `amqps` names for TLS: `?cafile=`, `certfile=` and `keyfile=`, where the key is not with the former. */
function readCertificates(url: string): Pick<SocketOptions, "ca" | "cert" | "key"> {
  const files = new URL(url).searchParams;
  const read = (name: string) => (files.has(name) ? readFileSync(files.get(name) ?? "") : undefined);
  const [ca, cert, key] = [read("cafile"), read("certfile"), read("keyfile") ?? read("certfile")];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function declareReplies(connection: ChannelModel, prefix: string): Promise<[ConfirmChannel, string]> {
  for (let attempt = 1; ; attempt++) {
    const channel = await connection.createConfirmChannel();
    channel.on("error", ignore);
    const queue = prefix + crypto.randomBytes(2).toString("hex");
    try {
      await channel.assertQueue(queue, { exclusive: true, autoDelete: true, durable: false });
      return [channel, queue];
    } catch (error) {
      if ((error as { code?: number }).code !== RESOURCE_LOCKED || attempt === NAMES) throw error;
    }
  }
}

/** Node ends the process if nobody listens. What fails says so itself, and `close` follows. */
function ignore(): void {}

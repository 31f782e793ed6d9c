import { type Channel, type ConsumeMessage, connect } from "amqplib";

const QUEUE = "intake.ask-outcome";

/** What a played worker answers: type and body, or nothing. */
export type Answer = (question: ConsumeMessage) => readonly [string, object] | undefined;

/** A worker that is played: takes questions, and answers them as it is told. */
export class Worker {
  readonly questions: ConsumeMessage[] = [];
  answer: Answer = (question) => ["application-status.v1", { ...pick(question), status: "pending" }];
  readonly stop: () => Promise<void>;

  private constructor(channel: Channel, stop: () => Promise<void>) {
    this.stop = stop;
    this.#channel = channel;
  }

  readonly #channel: Channel;

  static async start(url: string): Promise<Worker> {
    const connection = await connect(url);
    const channel = await connection.createChannel();
    const worker = new Worker(channel, () => connection.close());
    await channel.consume(QUEUE, (question) => question && worker.#take(question), { noAck: true });
    return worker;
  }

  #take(question: ConsumeMessage): void {
    this.questions.push(question);
    const [type, body] = this.answer(question) ?? [];
    if (!type) return;
    const { replyTo, correlationId } = question.properties;
    this.#channel.sendToQueue(replyTo, Buffer.from(JSON.stringify(body)), { type, correlationId });
  }
}

function pick(question: ConsumeMessage): { application_id: string } {
  return { application_id: JSON.parse(question.content.toString()).application_id };
}

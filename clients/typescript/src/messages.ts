import { ANSWERS, type Bodies, type ReplyType, SHAPES } from "./contracts/catalogue.js";
import { Breach } from "./shapes.js";

/** A message: its AMQP type, and its body. The type tells the body's. */
export type Message<T extends keyof Bodies> = { [One in T]: { readonly type: One; readonly body: Bodies[One] } }[T];

export type SentType = keyof typeof ANSWERS;
export type Sent = Message<SentType>;
export type Reply = Message<ReplyType>;

/** What may answer a command or question. */
export type ReplyTo<T extends SentType> = Message<(typeof ANSWERS)[T][number]>;

/** What came is no reply that this package knows. Names the wrong parts, never what they hold. */
export class UnreadableReply extends Error {}

/**
 * Reads a reply, also one that names what this package does not know yet: lists of codes grow within a version.
 *
 * A problem that is not known counts as `unavailable`. A state, or an email or its status, is left out.
 */
export function readReply(type: string, body: string): Reply {
  if (!isReply(type)) throw new UnreadableReply("type: unknown");
  try {
    return { type, body: SHAPES[type](JSON.parse(body)) } as Reply;
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnreadableReply("body: not-json");
    if (!(error instanceof Breach)) throw error;
    throw new UnreadableReply(error.message === error.rule ? `body: ${error.rule}` : error.message);
  }
}

/** Reads the reply to a command or question of this type. Any other is unreadable. */
export function readReplyTo<T extends SentType>(sent: T, type: string, body: string): ReplyTo<T> {
  const reply = readReply(type, body);
  const expected: readonly string[] = ANSWERS[sent];
  if (!expected.includes(reply.type)) throw new UnreadableReply("type: unknown");
  return reply as ReplyTo<T>;
}

function isReply(type: string): type is ReplyType {
  return Object.hasOwn(SHAPES, type);
}

/**
 * All that a web gateway of the ACE Portal account application needs: messages, sealing, ids and a client.
 *
 * docs/contracts.md of the project says what a gateway has to do.
 */
export { GatewayClient, NoReply } from "./client.js";
export { CommandBuilder, type StartOptions } from "./commands.js";
export type * from "./contracts/bodies.js";
export { EMAIL_KINDS, EMAIL_STATUSES, PROBLEMS, STATES } from "./contracts/codes.js";
export type { EmailKind, EmailStatus, Problem, State } from "./contracts/codes.js";
export { deriveApplicationId, deriveCommandId } from "./ids.js";
export { BadKeys, KeyRing } from "./keys.js";
export { NotSent } from "./link.js";
export { type Message, type Reply, type ReplyTo, readReply, type Sent, UnreadableReply } from "./messages.js";
export { listNetworks, tagNetworks } from "./networks.js";
export { CannotOpen, NoSuchKey, nameContext, Sealer } from "./sealing.js";

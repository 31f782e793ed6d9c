import { webcrypto } from "node:crypto";

const HASH = { name: "HMAC", hash: "SHA-256" };

/**
 * The id of a command: the same for the same page and entries, so that a double click is one command.
 *
 * `pageId` is random, new for each page that is shown. `key` is a secret of your gateway's own.
 */
export async function deriveCommandId(
  pageId: string,
  key: Uint8Array | string,
  entered: Readonly<Record<string, string>>,
): Promise<string> {
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : new Uint8Array(key);
  const hmacKey = await webcrypto.subtle.importKey("raw", bytes, HASH, false, ["sign"]);
  const digest = await webcrypto.subtle.sign("HMAC", hmacKey, new TextEncoder().encode(writeInOrder(entered)));
  return deriveUuid(pageId, Buffer.from(digest).toString("hex"));
}

/** The id of the application that a start command with this id creates. */
export function deriveApplicationId(commandId: string): Promise<string> {
  return deriveUuid(commandId, "application");
}

/** UUIDv5 (RFC 9562). */
async function deriveUuid(namespace: string, name: string): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(namespace.replaceAll("-", ""), "hex"), Buffer.from(name)]);
  const digest = new Uint8Array(await webcrypto.subtle.digest("SHA-1", bytes)).subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(digest).toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** JSON as the Python package writes it, so that both derive the same id. */
function writeInOrder(entered: Readonly<Record<string, string>>): string {
  const fields = Object.keys(entered)
    .sort()
    .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(entered[name])}`);
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `{${fields.join(", ")}}`.replace(/[\u007f-\uffff]/g, escape);
}

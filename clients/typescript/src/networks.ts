import { webcrypto } from "node:crypto";
import { isIP, isIPv6 } from "node:net";

import type { KeyRing } from "./keys.js";

/** Bits of the prefixes that count as networks: one visitor or subscriber first, then ever larger providers. */
const PREFIXES = { ipv4: [32, 24, 16], ipv6: [64, 56, 48, 32] };

/** Hexadecimal digits of a tag: enough that no two networks share one. */
const TAG = 32;

/** The networks of an address, the narrowest first. Empty if it is none. `203.0.113.7/32`, `203.0.113.0/24`, ... */
export function listNetworks(host: string): string[] {
  const [address = ""] = host.split("%");
  if (!isIP(address)) return [];
  const bytes = isIPv6(address) ? parseIPv6(address) : address.split(".").map(Number);
  const family = bytes.length === 4 ? "ipv4" : "ipv6";
  return PREFIXES[family].map((bits) => `${write(bytes.map((byte, at) => (at * 8 < bits ? byte : 0)))}/${bits}`);
}

/** The tags of an address's networks, in the same order, under the key that the operators gave you for them. */
export async function tagNetworks(ring: KeyRing, host: string): Promise<string[]> {
  const key = await ring.derive(ring.current, "fingerprint");
  if (!key) return [];
  return Promise.all(
    listNetworks(host).map(async (network) => {
      const digest = await webcrypto.subtle.sign("HMAC", key, Buffer.concat(["network", network].map(frame)));
      return Buffer.from(digest).toString("hex").slice(0, TAG);
    }),
  );
}

/** Its bytes: four if it is an IPv4 address in IPv6's writing. */
function parseIPv6(address: string): number[] {
  const [left = "", right] = shorten(address).split("::");
  const groups = left.split(":").filter(Boolean);
  const last = (right ?? "").split(":").filter(Boolean);
  const zeros = Array<string>(8 - groups.length - last.length).fill("0");
  const whole = [...groups, ...zeros, ...last].map((group) => Number.parseInt(group, 16));
  const isMapped = whole.slice(0, 5).every((group) => group === 0) && whole[5] === 0xffff;
  return (isMapped ? whole.slice(6) : whole).flatMap((group) => [group >> 8, group & 0xff]);
}

function write(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  return shorten(Buffer.from(bytes).toString("hex").replace(/(.{4})(?=.)/g, "$1:"));
}

/** The one way to write it (RFC 5952), which is that of URLs. */
function shorten(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function frame(part: string): Buffer {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

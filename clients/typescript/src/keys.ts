import { webcrypto } from "node:crypto";

const ID = /^[a-z0-9]{1,16}$/;
const KEY_BYTES = 32;

type Purpose = "seal" | "fingerprint";

/** A key ring that cannot be read. Says what is wrong, never what the ring contains. */
export class BadKeys extends Error {}

/** Keys by id, the current one first. Each yields separate keys for sealing and for fingerprints. */
export class KeyRing {
  /** The id of the key for what is sealed now. */
  readonly current: string;
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #derived = new Map<string, Promise<webcrypto.CryptoKey>>();

  private constructor(keys: ReadonlyMap<string, Uint8Array>, current: string) {
    this.#keys = keys;
    this.current = current;
  }

  /** Reads `id:base64,id:base64`. Throws `BadKeys`. */
  static parse(text: string): KeyRing {
    const keys = new Map<string, Uint8Array>();
    for (const entry of text.split(",").map((one) => one.trim())) {
      const colon = entry.indexOf(":");
      const id = entry.slice(0, Math.max(colon, 0));
      const encoded = entry.slice(colon + 1);
      if (!ID.test(id)) throw new BadKeys("a ring is id:base64,id:base64 with ids of a-z and 0-9");
      const key = Buffer.from(encoded, "base64");
      if (key.toString("base64") !== encoded) throw new BadKeys(`key ${id} is not base64`);
      if (key.length !== KEY_BYTES) throw new BadKeys(`key ${id} has ${key.length} bytes, not ${KEY_BYTES}`);
      if (keys.has(id)) throw new BadKeys(`key ${id} is in it twice`);
      keys.set(id, key);
    }
    const [current = ""] = keys.keys();
    return new KeyRing(keys, current);
  }

  /** The key for a purpose: AES-256-GCM, or HMAC-SHA-256. Undefined if the ring has none of this id. */
  derive(id: string, purpose: Purpose): Promise<webcrypto.CryptoKey> | undefined {
    const key = this.#keys.get(id);
    if (!key) return undefined;
    const name = `${purpose} ${id}`;
    const found = this.#derived.get(name) ?? deriveKey(key, purpose);
    this.#derived.set(name, found);
    return found;
  }
}

async function deriveKey(key: Uint8Array, purpose: Purpose): Promise<webcrypto.CryptoKey> {
  const material = await webcrypto.subtle.importKey("raw", new Uint8Array(key), "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(`ace/${purpose}`);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return purpose === "seal"
    ? webcrypto.subtle.deriveKey(hkdf, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
    : webcrypto.subtle.deriveKey(hkdf, material, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

import { webcrypto } from "node:crypto";

import type { KeyRing } from "./keys.js";

const NONCE_BYTES = 12;

/** A token that does not open: wrong key, wrong context, or altered. Says which, never the content. */
export class CannotOpen extends Error {}

/** It was sealed under a key that is not in the ring. */
export class NoSuchKey extends CannotOpen {}

/**
 * Seals and opens under one key ring: AES-256-GCM, bound to the context that the token is for. It opens in no other.
 */
export class Sealer {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** Key id, dot, base64url of nonce and ciphertext. */
  async seal(content: object, context: string): Promise<string> {
    const id = this.#ring.current;
    const key = await this.#findKey(id);
    const nonce = webcrypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const clear = new TextEncoder().encode(JSON.stringify(content));
    const sealed = await webcrypto.subtle.encrypt(bind(nonce, context), key, clear);
    return `${id}.${Buffer.concat([nonce, new Uint8Array(sealed)]).toString("base64url")}`;
  }

  /** What was sealed in this context. Throws `CannotOpen`. */
  async open(token: string, context: string): Promise<unknown> {
    const dot = token.indexOf(".");
    const key = await this.#findKey(token.slice(0, Math.max(dot, 0)));
    const encoded = token.slice(dot + 1);
    const raw = new Uint8Array(Buffer.from(encoded, "base64url"));
    try {
      // Base64 can spell the same bytes in several ways, and Node takes all of them.
      if (Buffer.from(raw).toString("base64url") !== encoded) throw new SyntaxError("not in its only spelling");
      const context_ = bind(raw.subarray(0, NONCE_BYTES), context);
      const clear = await webcrypto.subtle.decrypt(context_, key, raw.subarray(NONCE_BYTES));
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(clear));
    } catch {
      throw new CannotOpen("it was changed, or sealed for another context");
    }
  }

  async #findKey(id: string): Promise<webcrypto.CryptoKey> {
    const key = await this.#ring.derive(id, "seal");
    if (!key) throw new NoSuchKey(`no key '${id.slice(0, 16)}' in the ring`);
    return key;
  }
}

/** The context of a message's sealed field. */
export function nameContext(type: string, field: string, applicationId: string): string {
  return `${type}/${field}/${applicationId}`;
}

function bind(iv: webcrypto.BufferSource, context: string): webcrypto.AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(context) };
}

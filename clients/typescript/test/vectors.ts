import { readFileSync } from "node:fs";

interface Token {
  readonly token: string;
  readonly context: string;
}

interface Vectors {
  readonly key_ring: { readonly text: string; readonly refused: readonly { readonly text: string; readonly why: string }[] };
  readonly ids: Readonly<Record<"page_id" | "gateways_own_key" | "entered" | "command_id" | "application_id", string>>;
  readonly tokens: readonly (Token & { readonly content: string })[];
  readonly refused_tokens: readonly (Token & { readonly why: string; readonly rule: string })[];
  readonly networks: { readonly addresses: readonly { address: string; networks: string[]; tags: string[] }[] };
}

const file = new URL("../../../../docs/vectors.json", import.meta.url);

/** The project's test vectors, `docs/vectors.json`. */
export const VECTORS: Vectors = JSON.parse(readFileSync(file, "utf8"));

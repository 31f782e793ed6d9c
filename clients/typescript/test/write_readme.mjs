// Writes the README's code as one module, to be compiled and run with the tests.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const here = new URL(".", import.meta.url);
const blocks = readFileSync(new URL("../README.md", here), "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
mkdirSync(new URL("readme", here), { recursive: true });
writeFileSync(new URL("readme/code.ts", here), [...blocks].map(([, code]) => code).join("\n"));

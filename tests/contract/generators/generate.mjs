// Writes models.ts as Modelina makes it: node generate.mjs FOLDER asyncapi.yaml schema.json...
import { readFileSync, writeFileSync } from "node:fs";

import { TS_COMMON_PRESET, TypeScriptGenerator } from "@asyncapi/modelina";
import { Parser } from "@asyncapi/parser";

const [folder, asyncapi, ...schemas] = process.argv.slice(2);
const { document, diagnostics } = await new Parser().parse(readFileSync(asyncapi, "utf8"));
const errors = diagnostics.filter((one) => one.severity <= 1);
if (errors.length) throw new Error(JSON.stringify(errors));

const generator = new TypeScriptGenerator({
  modelType: "class",
  mapType: "record",
  presets: [{ preset: TS_COMMON_PRESET, options: { marshalling: true } }],
});
const models = new Map();
for (const input of [document, ...schemas.map((file) => JSON.parse(readFileSync(file, "utf8")))]) {
  for (const { modelName, result } of await generator.generate(input)) models.set(modelName, `export ${result}`);
}
writeFileSync(`${folder}/models.ts`, [...models.values()].join("\n"));

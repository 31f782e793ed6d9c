// Reads and writes each body with its generated model: node decode.mjs FOLDER < [[model, body]...]
import { readFileSync } from "node:fs";

const models = await import(`${process.argv[2]}/models.js`);
const bodies = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(bodies.map(([name, body]) => JSON.parse(models[name].unmarshal(body).marshal()))));

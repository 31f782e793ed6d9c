import { test } from "node:test";

test("the README's code does what it says", async () => {
  await import("./readme/code.js");
});

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  BadKeys,
  CannotOpen,
  deriveApplicationId,
  deriveCommandId,
  KeyRing,
  listNetworks,
  NoSuchKey,
  Sealer,
  tagNetworks,
} from "ace-gateway-client";

import { VECTORS } from "./vectors.js";

const RING = KeyRing.parse(VECTORS.key_ring.text);
const SEALER = new Sealer(RING);

for (const { text, why } of VECTORS.key_ring.refused) {
  test(`a key ring is refused: ${why}`, () => assert.throws(() => KeyRing.parse(text), BadKeys));
}

test("ids follow as the vectors say", async () => {
  const { page_id, gateways_own_key, entered, command_id, application_id } = VECTORS.ids;
  assert.equal(await deriveCommandId(page_id, gateways_own_key, JSON.parse(entered)), command_id);
  assert.equal(await deriveApplicationId(command_id), application_id);
});

test("what was entered counts in any order and any language", async () => {
  const page = VECTORS.ids.page_id;
  const derived = await deriveCommandId(page, Buffer.from("key"), { name: "Société 進口 \u007f\"", city: "Köln" });
  assert.equal(derived, "2b6a115c-2ccd-5e5a-95f4-f99d5a02207d");
  assert.equal(await deriveCommandId(page, "key", { city: "Köln", name: "Société 進口 \u007f\"" }), derived);
});

for (const { token, context, content } of VECTORS.tokens) {
  test(`a token opens: ${context}, ${token.slice(0, 6)}`, async () => {
    assert.deepEqual(await SEALER.open(token, context), JSON.parse(content));
  });
}

for (const { token, context, why, rule } of VECTORS.refused_tokens) {
  test(`a token does not open: ${why}`, async () => {
    const expected = rule === "no-such-key" ? NoSuchKey : CannotOpen;
    await assert.rejects(SEALER.open(token, context), expected);
  });
}

test("what is sealed opens in its context, each time under another nonce", async () => {
  const content = { token: "Société 進口" };
  const [one, other] = [await SEALER.seal(content, "a/b/c"), await SEALER.seal(content, "a/b/c")];
  assert.notEqual(one, other);
  assert.match(one, /^k1\.[A-Za-z0-9_-]{38,}$/);
  assert.deepEqual(await SEALER.open(one, "a/b/c"), content);
  await assert.rejects(SEALER.open(one, "a/b/d"), CannotOpen);
});

for (const { address, networks, tags } of VECTORS.networks.addresses) {
  test(`networks are tagged: ${address}`, async () => {
    assert.deepEqual(listNetworks(address), networks);
    assert.deepEqual(await tagNetworks(RING, address), tags);
  });
}

test("what is no address has no networks", () => {
  assert.deepEqual(["", "localhost", "1.2.3", "1.2.3.04", "::1::"].flatMap(listNetworks), []);
  assert.equal(listNetworks("fe80::1%eth0")[0], "fe80::/64");
});

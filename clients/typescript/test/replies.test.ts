import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { readReply, UnreadableReply } from "ace-gateway-client";

import { VECTORS } from "./vectors.js";

const application_id = VECTORS.ids.application_id;
const GOLDEN = new URL("../../../../tests/contract/golden/", import.meta.url);
const REPLIES =
  /^((?:start-accepted|code-accepted|details-taken|application-abandoned|refused|not-yet|application-status)\.v1)/;

for (const name of readdirSync(GOLDEN).sort()) {
  const [, type] = REPLIES.exec(name) ?? [];
  if (!type) continue;
  const { examples } = JSON.parse(readFileSync(new URL(name, GOLDEN), "utf8"));
  for (const [example, { body }] of Object.entries<{ body: object }>(examples)) {
    test(`a published reply keeps every value: ${name}, ${example}`, () => {
      assert.deepEqual(readReply(type, JSON.stringify(body)), { type, body });
    });
  }
}

test("a problem that is not known counts as unavailable", () => {
  const body = { application_id, problem: "moon-in-the-way", fields: { city: "too-blue" } };
  const expected = { application_id, problem: "unavailable", fields: { city: "too-blue" } };
  assert.deepEqual(readReply("refused.v1", JSON.stringify(body)).body, expected);
});

test("states, emails and fields that are not known are left out, and so is null", () => {
  const emails = { "verification-code": "sent", "account-ready": "pigeon", postcard: "sent", telegram: "sung" };
  const body = { application_id, status: "pending", state: "pondering", emails, mood: "good", account: null };
  const expected = { application_id, status: "pending", emails: { "verification-code": "sent" } };
  assert.deepEqual(readReply("application-status.v1", JSON.stringify(body)).body, expected);
});

const WRONG: readonly [string, string, string][] = [
  ["refused.v9", "{}", "type: unknown"],
  ["toString", "{}", "type: unknown"],
  ["refused.v1", "{", "body: not-json"],
  ["refused.v1", "[]", "body: not-an-object"],
  ["refused.v1", JSON.stringify({ application_id }), "problem: missing"],
  ["refused.v1", JSON.stringify({ application_id: "7", problem: 7 }), "application_id: not-a-uuid, problem: not-text"],
  ["refused.v1", JSON.stringify({ application_id, problem: "delayed", retry_at: "2026-11-02T15:04:05" }), "retry_at: no-zone"],
  ["refused.v1", JSON.stringify({ application_id, problem: "delayed", retry_at: "2026-13-02T15:04:05Z" }), "retry_at: not-a-time"],
  ["application-status.v1", JSON.stringify({ application_id, status: "known", reply: { type: "a" } }), "reply: missing"],
  ["application-status.v1", JSON.stringify({ application_id, status: "moving", session_over: 1 }), "session_over: not-a-boolean, status: malformed"],
];

for (const [type, body, wrong] of WRONG) {
  test(`what is no reply is named for that: ${wrong}`, () => {
    assert.throws(() => readReply(type, body), (error) => error instanceof UnreadableReply && error.message === wrong);
  });
}

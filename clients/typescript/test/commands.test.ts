import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { CannotOpen, CommandBuilder, deriveApplicationId, GatewayClient, KeyRing, Sealer } from "ace-gateway-client";

import { VECTORS } from "./vectors.js";

const RING = KeyRing.parse(VECTORS.key_ring.text);
const BUILDER = new CommandBuilder(RING);
const SEALER = new Sealer(RING);
const ID = VECTORS.ids.application_id;
const NOW = new Date("2026-11-02T15:04:05.678Z");
const REQUEST = { company_name: "Acme", importer_number: "12-3456789AB", email: "ada@acme.example" };
const DETAILS = {
  organizational_structure: "Corporation",
  first_name: "Ada",
  last_name: "Owner",
  country: "US",
  street_address: "1 Harbor Way",
  city: "Long Beach",
  postal_code: "90802",
  telephone: "562-555-0100",
  authorized: true,
};

function findToken(context: string): string {
  return VECTORS.tokens.find((one) => one.context === `${context}/${ID}`)?.token ?? "";
}

test("a start is sealed as the workers open it, for the application that follows from its id", async () => {
  const id = randomUUID();
  const { type, body } = await BUILDER.startApplication(id, REQUEST, NOW, { verified_by: "kiosk" });
  const application_id = await deriveApplicationId(id);
  const { request, ...clear } = body;
  assert.equal(type, "start-application.v1");
  assert.deepEqual(clear, { application_id, taken_at: "2026-11-02T15:04:05.678Z", verified_by: "kiosk" });
  assert.deepEqual(await SEALER.open(request, `start-application.v1/request/${application_id}`), REQUEST);
});

test("codes, grants and details are sealed as the workers open them", async () => {
  const { body: check } = await BUILDER.checkCode(ID, "5EHX-MVTS", NOW);
  const { body: submit } = await BUILDER.submitDetails(ID, { token: "t" }, DETAILS, NOW);
  assert.deepEqual(await SEALER.open(check.code, `check-code.v1/code/${ID}`), { code: "5EHX-MVTS" });
  assert.deepEqual(await SEALER.open(submit.grant, `submit-details.v1/grant/${ID}`), { token: "t" });
  assert.deepEqual(await SEALER.open(submit.details, `submit-details.v1/details/${ID}`), DETAILS);
});

test("what workers seal is opened", async () => {
  const started = { application_id: ID, reference: "ACE-0000-0000" };
  const sent_to = findToken("start-accepted.v1/sent_to");
  assert.equal(await BUILDER.openHint({ ...started, sent_to }), "p***@a***.example");
  assert.equal(await BUILDER.openHint(started), undefined);
  const grant = findToken("code-accepted.v1/grant");
  const accepted = { application_id: ID, grant, details_until: NOW.toISOString() };
  assert.deepEqual(Object.keys(await BUILDER.openGrant(accepted)), ["token"]);
  const status = { application_id: ID, status: "known", account_name: findToken("application-status.v1/account_name") } as const;
  assert.equal(await BUILDER.openAccountName(status), "Société Générale d'Import, 進口");
  await assert.rejects(BUILDER.openAccountName({ ...status, account_name: sent_to }), CannotOpen);
});

test("what is sealed in the right place and is something else does not open", async () => {
  const token = await SEALER.seal({ token: "t" }, `start-accepted.v1/sent_to/${ID}`);
  await assert.rejects(BUILDER.openHint({ application_id: ID, reference: "", sent_to: token }), CannotOpen);
});

test("a body that the broker would refuse is not sent", async () => {
  const client = new GatewayClient("amqp://localhost:9", { appId: "test" });
  const body = { application_id: ID, taken_at: "", code: "x".repeat(65_536) };
  await assert.rejects(client.send({ type: "check-code.v1", body }, randomUUID()), RangeError);
});

// A gateway on the command line: asks a person for everything, and completes an application.
//
// ACE_RABBITMQ_URL and ACE_KEYS_COMMANDS are what `acectl gateways add` prints.
// In a folder where the package of clients/typescript is installed: node gateway.mjs
import { randomBytes, randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { CommandBuilder, deriveCommandId, GatewayClient, KeyRing, NoReply, NotSent } from "ace-gateway-client";

const OWN_KEY = randomBytes(32); // makes ids of what was entered; a web gateway keeps its own
const AUTHORIZATION = "2026-11";
const WORDING =
  "By selecting this box I am verifying that I am legally authorized to bind my company to the ACE Secure Data " +
  "Portal and its terms and conditions. (electronic signature)";
const DETAILS = ["organizational_structure", "first_name", "last_name", "country", "street_address", "city"];
DETAILS.push("state", "postal_code", "telephone");
const PATIENCE = 120_000; // milliseconds to wait for what the workers do

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const builder = new CommandBuilder(KeyRing.parse(process.env.ACE_KEYS_COMMANDS));
const client = new GatewayClient(process.env.ACE_RABBITMQ_URL, { appId: "example" });

/** Why it ended without an account, as the workers said it. */
class Refusal extends Error {}

/** What a person enters. */
async function ask(question) {
  process.stdout.write(`${question}: `);
  const { value = "" } = await lines.next();
  return value.trim();
}

/** The id of a command for what was entered on a page that was just shown. */
function nameCommand(entered) {
  return deriveCommandId(randomUUID(), OWN_KEY, entered);
}

/** Sends a command until it is answered: under one id it is done once, however often it comes. */
async function deliver(command, id) {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    try {
      const reply = await client.send(command, id);
      if (reply.type !== "not-yet.v1") return reply;
    } catch (error) {
      if (!(error instanceof NotSent || error instanceof NoReply)) throw error;
      console.error("Nobody answers yet. Trying again.");
    }
    await sleep(1_000);
  }
  throw new NoReply("nobody answered in time");
}

/** Says why not. A web page words it; docs/contracts.md says how. */
function refuse({ problem, fields }) {
  throw new Refusal(`Refused: ${problem}. ${fields ? JSON.stringify(fields) : ""}`);
}

/** Page 1, until the code is on its way. */
async function start() {
  const entered = {
    company_name: await ask("Company name"),
    importer_number: await ask("Importer record number"),
    email: await ask("Your email address"),
  };
  const startId = await nameCommand(entered);
  const command = await builder.startApplication(startId, entered, new Date());
  const reply = await deliver(command, startId);
  if (reply.type === "refused.v1") refuse(reply.body);
  const hint = (await builder.openHint(reply.body)) ?? "the point of contact, if both match a record";
  console.log(`${reply.body.reference}: a code goes to ${hint}.`);
  return { startId, applicationId: command.body.application_id };
}

/** Page 2, until a code is right. */
async function enterCodes(applicationId) {
  for (;;) {
    const code = await ask("Code");
    const command = await builder.checkCode(applicationId, code, new Date());
    const reply = await deliver(command, await nameCommand({ code }));
    if (reply.type === "code-accepted.v1") return builder.openGrant(reply.body);
    if (reply.body.problem !== "code-wrong") refuse(reply.body);
    console.log(`That is not the code. Tries left: ${reply.body.tries_left}.`);
  }
}

/** Pages 3 and 4. The authorization's words are not ours to change. */
async function submit(applicationId, grant) {
  const entered = {};
  for (const name of DETAILS) entered[name] = await ask(name[0].toUpperCase() + name.slice(1).replaceAll("_", " "));
  console.log(WORDING);
  const authorized = (await ask("Do you agree? (yes)")) === "yes";
  const details = { ...entered, authorized, authorization: AUTHORIZATION };
  const command = await builder.submitDetails(applicationId, grant, details, new Date());
  const reply = await deliver(command, await nameCommand(entered));
  if (reply.type === "refused.v1") refuse(reply.body);
}

/** Waits until the account is there and its emails are sent, or it is refused. */
async function waitForAccount(applicationId, startId) {
  const isOver = ({ state }) => state === "completed" || state === "rejected";
  const { body } = await client.askUntil(isOver, applicationId, startId, PATIENCE);
  if (!body.account) refuse(body);
  console.log(`Account ${body.account} of ${await builder.openAccountName(body)}: ${body.state}.`);
}

try {
  const { startId, applicationId } = await start();
  const grant = await enterCodes(applicationId);
  await submit(applicationId, grant);
  await waitForAccount(applicationId, startId);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.log(error.message);
  process.exitCode = 1;
} finally {
  await client.close();
  process.stdin.destroy();
}

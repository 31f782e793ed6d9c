import assert from "node:assert/strict";
import crypto, { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";

import { GatewayClient, type Message, NoReply, NotSent, type Sent, UnreadableReply } from "ace-gateway-client";

import { Proxy } from "./proxy.js";
import { Worker } from "./worker.js";

const URL = process.env["ACE_RABBITMQ_URL"] ?? "";
const CERTIFICATES = process.env["ACE_TEST_CERTIFICATES"] ?? "";
const APPLICATION = randomUUID();
const COMMAND = randomUUID();

let proxy: Proxy;
let worker: Worker;
let client: GatewayClient;

beforeEach(async () => {
  proxy = await Proxy.start(URL);
  worker = await Worker.start(URL);
  client = connect();
});

afterEach(async () => {
  mock.restoreAll();
  await client.close();
  await worker.stop();
  proxy.stop();
});

function connect(): GatewayClient {
  return new GatewayClient(proxy.url.href, { appId: "kiosk" });
}

async function ask(wait = 5_000): Promise<string> {
  return (await client.ask(APPLICATION, COMMAND, wait)).type;
}

const QUESTION: Message<"ask-outcome.v1"> = {
  type: "ask-outcome.v1",
  body: { application_id: APPLICATION, command_id: COMMAND },
};

test("a question has the properties of the contract, and its reply is read", async () => {
  const id = randomUUID();
  const reply = await client.send(QUESTION, id);
  assert.deepEqual(reply, { type: "application-status.v1", body: { application_id: APPLICATION, status: "pending" } });
  const [question] = worker.questions;
  const { replyTo, correlationId, timestamp, ...properties } = question?.properties ?? {};
  const user = proxy.url.username;
  const set = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  assert.match(replyTo, new RegExp(`^gateway\\.replies\\.${user}\\.[0-9a-f]{4}$`));
  assert.match(correlationId, /^[0-9a-f]{32}$/);
  assert(Math.abs(timestamp - Date.now() / 1000) < 60);
  const { headers, ...plain } = set;
  assert.equal(headers["ace-application"], APPLICATION);
  assert.deepEqual(plain, {
    type: "ask-outcome.v1",
    messageId: id,
    userId: user,
    deliveryMode: 2,
    contentType: "application/json",
    appId: "kiosk",
    expiration: "5000",
  });
});

test("many questions at once use one connection, and each gets its own reply", async () => {
  worker.answer = (question) => {
    const { application_id, command_id } = JSON.parse(question.content.toString());
    return ["application-status.v1", { application_id, status: "parked", reason: command_id }];
  };
  const commands = Array.from({ length: 50 }, () => randomUUID());
  const replies = await Promise.all(commands.map((command) => client.ask(APPLICATION, command)));
  assert.deepEqual(replies.map((reply) => reply.body.reason), commands);
  assert.equal(proxy.connections, 1);
});

test("without a worker's answer there is no reply, and the question was taken", async () => {
  worker.answer = () => undefined;
  await assert.rejects(ask(300), NoReply);
  assert.equal(worker.questions.length, 1);
});

test("what answers something else is unreadable", async () => {
  worker.answer = () => ["not-yet.v1", { application_id: APPLICATION }];
  await assert.rejects(ask(), UnreadableReply);
});

test("what no queue takes is not sent", async () => {
  const unknown = { type: "moon.v1", body: QUESTION.body } as unknown as Sent;
  await assert.rejects(client.send(unknown, randomUUID()), NotSent);
  assert.equal(await ask(), "application-status.v1");
});

test("a lost connection is made again, with another queue", async () => {
  await ask();
  proxy.drop();
  while (proxy.connections < 2) await ask().catch((error) => assert(error instanceof NotSent));
  assert.equal(await ask(), "application-status.v1");
  const queues = new Set(worker.questions.map((question) => question.properties.replyTo));
  assert.equal(queues.size, 2);
  assert.equal(proxy.connections, 2);
});

test("what was on its way when the connection was lost is not sent", async () => {
  await ask();
  proxy.isDeaf = true;
  const lost = assert.rejects(ask(), NotSent);
  setImmediate(() => proxy.drop());
  await lost;
});

test("what a silent broker does not confirm in time is not sent", async () => {
  await ask();
  proxy.isDeaf = true;
  await assert.rejects(ask(200), NotSent);
  proxy.drop();
});

test("a broker that is away is tried again with the next message", async () => {
  const { port } = proxy.url;
  proxy.url.port = "9";
  const early = connect();
  await assert.rejects(early.ask(APPLICATION, COMMAND), NotSent);
  await assert.rejects(early.ask(APPLICATION, COMMAND), NotSent);
  await early.close();
  proxy.url.port = port;
  assert.equal(await ask(), "application-status.v1");
});

test("if the broker takes the reply queue away, the next message gets another", async () => {
  await ask();
  proxy.cancelConsumer();
  while (proxy.connections < 2) await ask().catch((error) => assert(error instanceof NotSent));
  assert.equal(await ask(), "application-status.v1");
});

test("another name is taken if a queue of the first is another process's", async () => {
  const digits = ["0a1b", "0a1b", "0a1c"];
  mock.method(crypto, "randomBytes", () => Buffer.from(digits.shift() ?? "", "hex"));
  const other = connect();
  await other.ask(APPLICATION, COMMAND);
  assert.equal(await ask(), "application-status.v1");
  await other.close();
  const ends = worker.questions.map((question) => question.properties.replyTo.slice(-4));
  assert.deepEqual(ends, ["0a1b", "0a1c"]);
});

test("if all names are taken, nothing is sent", async () => {
  mock.method(crypto, "randomBytes", () => Buffer.from("0a1b", "hex"));
  const other = connect();
  await other.ask(APPLICATION, COMMAND);
  await assert.rejects(ask(), NotSent);
  await other.close();
  assert.equal(await ask(), "application-status.v1");
});

test("it is asked until it is enough", async () => {
  worker.answer = () => {
    const state = worker.questions.length < 2 ? "requested" : "completed";
    return ["application-status.v1", { application_id: APPLICATION, status: "known", state }];
  };
  const reply = await client.askUntil((status) => status.state === "completed", APPLICATION, COMMAND, 10_000);
  assert.equal(reply.type, "application-status.v1");
  assert.equal(worker.questions.length, 2);
});

test("a refusal ends the asking, and so does its time", async () => {
  worker.answer = () => ["refused.v1", { application_id: APPLICATION, problem: "session-over" }];
  const reply = await client.askUntil(() => false, APPLICATION, COMMAND, 10_000);
  assert.equal(reply.type, "refused.v1");
  worker.answer = () => undefined;
  await assert.rejects(client.askUntil(() => true, APPLICATION, COMMAND, 200), NoReply);
});

test("over TLS it shows its certificate, and takes the broker's of its authority only", async () => {
  const find = (name: string) => `${CERTIFICATES}/${name}.pem`;
  const server = readFileSync(find("server"));
  const own = { cert: server, key: server, ca: readFileSync(find("ca")), requestCert: true };
  const over = await Proxy.start(URL, own);
  const askWith = async (ca: string, certificate: string) => {
    const address = over.url.href.replace("amqp:", "amqps:").replace("127.0.0.1", "localhost");
    const encrypted = new GatewayClient(`${address}?cafile=${find(ca)}&certfile=${find(certificate)}`, { appId: "kiosk" });
    return encrypted.ask(APPLICATION, COMMAND).finally(() => encrypted.close());
  };
  try {
    assert.equal((await askWith("ca", "gateway")).type, "application-status.v1");
    await assert.rejects(askWith("other-ca", "gateway"), NotSent);
    await assert.rejects(askWith("ca", "stranger"), NotSent);
  } finally {
    over.stop();
  }
});

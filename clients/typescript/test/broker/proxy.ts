import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

const METHOD = 1;
const CHANNEL = 1;
const BASIC_CANCEL = [0, 60, 0, 30];
const FRAME_END = 0xce;

/** Stands between a client and the broker, and does to the connection what networks and brokers do. */
export class Proxy {
  connections = 0;
  isDeaf = false;
  /** The broker's address as the client should have it. */
  readonly url: URL;
  readonly #clients = new Set<Socket>();
  readonly #server: Server;
  readonly #target: URL;
  #consumer = "";

  private constructor(url: string, tls?: TlsOptions) {
    this.#target = new URL(url);
    this.url = new URL(url);
    const pass = (client: Socket) => this.#pass(client);
    this.#server = tls ? createTlsServer(tls, pass) : createServer(pass);
  }

  static async start(url: string, tls?: TlsOptions): Promise<Proxy> {
    const proxy = new Proxy(url, tls);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    proxy.url.hostname = "127.0.0.1";
    proxy.url.port = String((proxy.#server.address() as AddressInfo).port);
    return proxy;
  }

  /** Drops every connection, as a broker that is restarted. */
  drop(): void {
    for (const client of this.#clients) client.destroy();
  }

  /** Tells the client that its queue is gone, as a broker whose node with the queue is lost. */
  cancelConsumer(): void {
    const tag = Buffer.from(this.#consumer);
    const method = Buffer.concat([Buffer.from([...BASIC_CANCEL, tag.length]), tag, Buffer.from([1])]);
    const head = Buffer.alloc(7);
    head.writeUInt8(METHOD, 0);
    head.writeUInt16BE(CHANNEL, 1);
    head.writeUInt32BE(method.length, 3);
    for (const client of this.#clients) client.write(Buffer.concat([head, method, Buffer.from([FRAME_END])]));
  }

  stop(): void {
    this.drop();
    this.#server.close();
  }

  #pass(client: Socket): void {
    this.connections += 1;
    this.#clients.add(client);
    const broker = connect(Number(this.#target.port), this.#target.hostname);
    client.on("data", (bytes) => this.isDeaf || broker.write(bytes));
    broker.on("data", (bytes) => {
      this.#consumer = /amq\.ctag-[\w-]+/.exec(bytes.toString("latin1"))?.[0] ?? this.#consumer;
      client.write(bytes);
    });
    for (const [one, other] of [[client, broker], [broker, client]] as const) {
      one.on("error", () => {});
      one.on("close", () => {
        other.destroy();
        this.#clients.delete(client);
      });
    }
  }
}

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { startTestServer } from "@codo/test-utils";
import { describe, expect, it } from "vitest";
import { createExecutor, type ExecutorClient, OllamaClient, OllamaError } from "../src/index.js";
import { ScriptedClient } from "./support/scripted-client.js";

const TOKEN = '{"model":"m","created_at":"","message":{"role":"assistant","content":"one "},"done":false}\n';

/** A server that never ends an answer, and tells when a request came and when its connection closed. */
async function startEndlessServer(begin: (response: ServerResponse) => void) {
  let closed: Promise<unknown> | undefined;
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const server = await startTestServer((request, response) => {
    closed = once(response, "close");
    request.resume();
    request.on("end", () => {
      begin(response);
      arrive();
    });
  });
  return { ...server, arrived, closed: () => closed };
}

/** A program's own client, made of functions: what it gives can't be told to stop, it has to be given a signal. */
function decorated(client: OllamaClient): ExecutorClient {
  return {
    generate: (request, call) => client.generate(request, call),
    chat: async (request, call) => {
      const stream = await client.chat(request, call);
      return (async function* () {
        yield* stream;
      })();
    },
    embed: (request, call) => client.embed(request, call),
    show: (request, call) => client.show(request, call),
    ps: (call) => client.ps(call),
  };
}

/** A client whose method was replaced on the object, as instrumentation does. */
function patched(client: OllamaClient): ExecutorClient {
  const { chat } = decorated(client);
  return Object.assign(new OllamaClient({ host: client.host }), { chat }) as ExecutorClient;
}

const clients: [string, (client: OllamaClient) => ExecutorClient][] = [
  ["OllamaClient", (client) => client],
  ["a client around it", decorated],
  ["one with a method replaced", patched],
];

describe.each(clients)("an execution over %s", (_name, make) => {
  it("that is cancelled before the server answers closes the connection", async () => {
    const server = await startEndlessServer(() => {});
    const handle = createExecutor(make(new OllamaClient({ host: server.url }))).execute({ model: "m", messages: [] });
    await server.arrived;
    handle.cancel();
    await server.closed();
    expect(await handle).toMatchObject({ success: false, response: "", metadata: { error: { code: "ABORTED" } } });
    await server.stop();
  });

  it("that is cancelled in the middle closes the connection and keeps what came", async () => {
    const server = await startEndlessServer((response) => response.write(TOKEN));
    const handle = createExecutor(make(new OllamaClient({ host: server.url }))).execute({ model: "m", messages: [] });
    for await (const event of handle) if (event.type === "text") handle.cancel();
    await server.closed();
    expect(await handle).toMatchObject({ success: false, response: "one ", metadata: { error: { code: "ABORTED" } } });
    expect(handle.status).toBe("cancelled");
    await server.stop();
  });

  it("whose signal aborts closes the connection and rejects", async () => {
    const server = await startEndlessServer((response) => response.write(TOKEN));
    const controller = new AbortController();
    const handle = createExecutor(make(new OllamaClient({ host: server.url }))).execute({
      model: "m",
      messages: [],
      signal: controller.signal,
    });
    const reading = (async () => {
      for await (const event of handle) if (event.type === "text") controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    await expect(handle).rejects.toMatchObject({ code: "ABORTED" });
    await server.closed();
    await server.stop();
  });
});

describe("an execution that waits", () => {
  it("for its client is cancelled without waiting any longer, and sends nothing", async () => {
    const client = ScriptedClient.of([{ response: "one", done: true }]);
    let give = (_client: ExecutorClient): void => {};
    const given = new Promise<ExecutorClient>((resolve) => {
      give = resolve;
    });
    const handle = createExecutor(() => given).execute({ model: "m", prompt: "x" });
    await new Promise((resolve) => setImmediate(resolve));
    handle.cancel();
    expect((await handle).metadata.error?.code).toBe("ABORTED");
    give(client);
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.requests).toEqual([]);
  });

  it("for a server that is started anew is cancelled likewise", async () => {
    const gone = new ScriptedClient(() => {
      throw new OllamaError("SERVER_UNAVAILABLE", "gone");
    });
    let recovering = (): void => {};
    const isRecovering = new Promise<void>((resolve) => {
      recovering = resolve;
    });
    const recover = (): Promise<ExecutorClient> => {
      recovering();
      return new Promise(() => {});
    };
    const handle = createExecutor(gone, { recover }).execute({ model: "m", prompt: "x" });
    await isRecovering;
    handle.cancel();
    expect((await handle).metadata.error?.code).toBe("ABORTED");
  });
});

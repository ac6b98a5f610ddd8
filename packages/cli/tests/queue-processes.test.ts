import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { collectBatch, createWorker, type FleetAdmin, openFleet, submitBatch } from "@codo/ollama-queue";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";
import { type RedisServer, startRedis } from "@codo/test-utils/redis";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { type CliHome, CODO, createHome } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

needsTools("redis-server");

const MODEL = "m:latest";
const SOON = { interval: 50, timeout: 25_000 };

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.close());

/** A place in the one Redis for each test. */
let fleets = 0;
function newFleet() {
  const name = `fleet${fleets++}`;
  return { connection: { connection: redis.url, name }, flags: ["--queue", redis.url, "--queue-name", name] };
}

/** A way to a server that can be gone for a while, as the server then seems. */
class Way {
  readonly #target: number;
  readonly #sockets: Set<Socket> = new Set();
  #server: Server | undefined;
  port = 0;

  constructor(url: string) {
    this.#target = Number(new URL(url).port);
  }

  async open(): Promise<void> {
    this.#server = createServer((socket) => {
      const onward = connect(this.#target, "127.0.0.1");
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => {}).on("close", () => other.destroy());
        one.pipe(other);
      }
    });
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    const closed = this.#server && once(this.#server, "close");
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}

/** The events that a process reports, as they come. */
function eventsOf(child: ChildProcess): string[] {
  const types: string[] = [];
  let text = "";
  child.stdout?.on("data", (data: Buffer) => {
    const lines = `${text}${data}`.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) types.push((JSON.parse(line) as { type: string }).type);
  });
  return types;
}

const generations = ({ requests }: RunningFake): number =>
  requests.filter(({ path }) => path === "/api/generate").length;

async function activeJobs(fleet: FleetAdmin): Promise<number | undefined> {
  return (await fleet.status()).models[0]?.active;
}

describe("codo worker, as a process", () => {
  it("gives its prompts back when its server dies, and goes on when it is there again", async () => {
    const { connection, flags } = newFleet();
    const fake = await startFakeOllama({ models: [MODEL], serviceMs: 100 });
    const way = new Way(fake.url);
    await way.open();
    const home = await createHome(`http://127.0.0.1:${way.port}`);
    const { id } = await submitBatch({ ...connection, model: MODEL, inputs: ["a", "b", "c", "d", "e", "f"] });
    const worker = home.start(["worker", ...flags, "-c", "2", "--json"]);
    try {
      const events = eventsOf(worker);
      await expect.poll(() => generations(fake), SOON).toBeGreaterThan(1);
      await way.close();
      await expect.poll(() => events, SOON).toContain("down");
      await way.open();
      await expect.poll(() => events, SOON).toContain("up");
      const answers: string[] = [];
      for await (const { result } of collectBatch({ ...connection, id })) answers.push(result.response);
      expect(answers.sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
      expect(events).not.toContain("failed");
    } finally {
      worker.kill("SIGKILL");
      await way.close();
      await fake.close();
    }
  });

  it("ends at once at a second signal, and what it ran stays in the queue", async () => {
    const { connection, flags } = newFleet();
    const fake = await startFakeOllama({
      models: [MODEL],
      fault: ({ path }) => (path === "/api/generate" ? "stall" : undefined),
    });
    const home = await createHome(fake.url);
    await using fleet = await openFleet(connection);
    await submitBatch({ ...connection, model: MODEL, inputs: ["endless"] });
    const worker = home.start(["worker", ...flags, "--json"]);
    try {
      await expect.poll(() => generations(fake), SOON).toBe(1);
      const exited = once(worker, "exit");
      worker.kill("SIGTERM");
      const isDraining = async () => (await fleet.status()).workers[0]?.state;
      await expect.poll(isDraining, SOON).toBe("draining");
      expect(worker.exitCode).toBeNull();
      worker.kill("SIGTERM");
      expect(await exited).toEqual([130, null]);
      expect(await activeJobs(fleet)).toBe(1);
    } finally {
      worker.kill("SIGKILL");
      await fake.close();
    }
  });
});

describe("codo queue watch", () => {
  it("ends when it is told to, also while the queue's server is gone", async () => {
    const own = await startRedis();
    const home = await createHome();
    const watching = home.start(["queue", "watch", "--queue", own.url, "--json", "--interval", "0.1"]);
    try {
      await once(watching.stdout as NonNullable<ChildProcess["stdout"]>, "data");
      await own.kill();
      const warned = new Promise((resolve) => watching.stderr?.once("data", resolve));
      await warned;
      const exited = once(watching, "exit");
      watching.kill("SIGINT");
      expect((await exited)[1]).toBeNull();
    } finally {
      watching.kill("SIGKILL");
      await own.close();
    }
  });
});

describe("codo queue watch, at a terminal", () => {
  needsTools("tmux", "bash");

  async function watch(home: CliHome, flags: string[], rows: number): Promise<PseudoTerminal> {
    const command = [process.execPath, CODO, "queue", "watch", ...flags, "--interval", "0.2"];
    return await PseudoTerminal.open({ columns: 100, rows, env: home.env, cwd: home.folder, command });
  }

  it("is drawn over itself as things change, in columns, until Ctrl-C", async () => {
    const { connection, flags } = newFleet();
    const home = await createHome();
    await using terminal = await watch(home, flags, 30);
    await terminal.until("No model has a queue yet.");
    const { id } = await submitBatch({ ...connection, model: MODEL, inputs: ["a", "b", "c"] });
    const waiting = await terminal.until(/^m:latest {2,}3 {2,}0 /m);
    expect(waiting).toMatch(/^MODEL {5,}WAITING {2,}RUNNING {2,}DONE/m);
    expect(waiting).toMatch(/^No worker\. Start one/m);
    const executor = new ScriptedExecutor();
    await using _worker = await createWorker({ ...connection, executor, host: "http://gpu-1:11434", models: [MODEL] });
    const done = await terminal.until(/^m:latest {2,}0 {2,}0 {2,}3 [\s\S]*^http:\/\/gpu-1:11434 {2,}up /m);
    expect(done).toMatch(new RegExp(`^${id} {2,}m:latest`, "m"));
    // Everything that was drawn before is gone.
    expect(done.match(/^MODEL/gm)).toHaveLength(1);
    expect(done).not.toMatch(/No worker|No model/);
    await terminal.type("C-c");
    await terminal.until("[status 0]");
  });

  it("shows as much as the screen has lines, and says how much more there is", async () => {
    const { connection, flags } = newFleet();
    await using fleet = await openFleet(connection);
    for (let at = 0; at < 30; at++) await fleet.noteBatch({ id: `b-${at}`, model: MODEL, options: {} });
    const home = await createHome();
    await using terminal = await watch(home, flags, 12);
    const shown = await terminal.until(/^… and \d+ more lines/m);
    const drawings = async (): Promise<number> => (await terminal.screen()).match(/^MODEL/gm)?.length ?? 0;
    expect(shown.match(/^MODEL/gm)).toHaveLength(1);
    // Drawn again by now, over itself.
    await submitBatch({ ...connection, model: MODEL, inputs: ["a", "b", "c"] });
    await terminal.until(/^m:latest {2,}3 /m);
    expect(await drawings()).toBe(1);
  });
});

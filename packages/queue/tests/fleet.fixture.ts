import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type FakeOllama, type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import {
  createQueueExecutor,
  createWorker,
  openFleet,
  type QueueConnection,
  type WorkerOptions,
} from "../src/index.js";
import type { BACK_ENDS } from "./back-ends.fixture.js";

/** Under load much takes longer; what comes is seen at once. */
export const SOON = { interval: 5, timeout: 20_000 };
export const MODEL = "m:latest";
export const PROMPTS: string[] = Array.from({ length: 40 }, (_, at) => (at % 4 === 0 ? "again" : `prompt ${at}`));

/** How many jobs are where. */
export interface Counts {
  waiting: number;
  active: number;
  uncollected: number;
  failed: number;
}

/** A fleet of a test's own: on one server for a group of tests, under a name of its own for each. */
export class TestFleet<Server extends { url: string; close: () => Promise<void> }> {
  server!: Server;
  connection!: QueueConnection;
  folder!: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  #fleets = 0;

  /** @param backEnd started once for the group of tests in which this is called */
  constructor({ tool, start }: { tool: (typeof BACK_ENDS)[number]["tool"]; start: () => Promise<Server> }) {
    needsTools(tool);
    beforeAll(async () => {
      this.server = await start();
    });
    afterAll(() => this.server?.close());
    beforeEach(async () => {
      this.connection = { connection: this.server.url, name: `fleet_${this.#fleets++}` };
      this.folder = await mkdtemp(join(tmpdir(), "codo-queue-"));
    });
    afterEach(async () => {
      for (const close of this.#closers.splice(0).reverse()) await close();
      await rm(this.folder, { recursive: true, force: true });
    });
  }

  /** Done at the end of the test, before what was there earlier ends. */
  onEnd(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async startHost(fake: FakeOllama = {}, options: Partial<WorkerOptions> = {}): Promise<RunningFake> {
    const host = await startFakeOllama({ serviceMs: 1, ...fake });
    const settings = { executor: host.executor, models: [MODEL], host: host.url, concurrency: 4, probeMs: 50 };
    const worker = await createWorker({ ...this.connection, ...settings, ...options });
    this.onEnd(() => host.close());
    this.onEnd(() => worker.abort());
    return host;
  }

  openExecutor(options: object = {}): ReturnType<typeof createQueueExecutor> {
    const executor = createQueueExecutor({ ...this.connection, ...options });
    this.onEnd(() => executor.close());
    return executor;
  }

  async counts(): Promise<Counts> {
    await using fleet = await openFleet(this.connection);
    const { waiting = 0, active = 0, uncollected = 0, failed = 0 } = (await fleet.status()).models[0] ?? {};
    return { waiting, active, uncollected, failed };
  }
}

/** The keys of a journal's lines. */
export async function keysOf(journal: string): Promise<string[]> {
  const lines = (await readFile(journal, "utf8")).trim().split("\n");
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}

/** How many prompts hosts were asked. */
export const generations = (...hosts: RunningFake[]): number =>
  hosts.flatMap(({ requests }) => requests).filter(({ path }) => path === "/api/generate").length;

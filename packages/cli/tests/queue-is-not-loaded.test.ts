import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

/** What only a queue needs. */
const OF_A_QUEUE = /node_modules\/(bullmq|ioredis|pg)\/|ollama-queue|packages\/queue\//;

let home: CliHome;
beforeAll(async () => {
  home = await createHome("http://127.0.0.1:1");
});

/** The files that a command line loads, as Node notes them for its coverage. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "codo-loaded-"));
  await home.codo(args, { env: { NODE_V8_COVERAGE: folder } });
  const reports = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  return reports.flatMap((report) =>
    (JSON.parse(report) as { result: { url: string }[] }).result.map(({ url }) => url),
  );
}

it.each([[["--version"]], [["worker", "--help"]], [["models", "list"]], [["batch", "none.jsonl", "-m", "m"]]])(
  "codo %j loads nothing of a queue",
  async (args) => {
    const loaded = await loadedBy(...args);
    expect(loaded.filter((url) => url.includes("/packages/cli/"))).not.toEqual([]);
    expect(loaded.filter((url) => OF_A_QUEUE.test(url))).toEqual([]);
  },
);

it("codo queue loads it", async () => {
  const loaded = await loadedBy("queue", "status", "--queue", "redis://127.0.0.1:1");
  expect(loaded.filter((url) => OF_A_QUEUE.test(url))).not.toEqual([]);
});

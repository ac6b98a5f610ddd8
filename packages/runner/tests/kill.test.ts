import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { type RunningFake, startFakeOllama } from "./fake-ollama.fixture.js";

const SCRIPT = fileURLToPath(new URL("./journaled-batch.fixture.js", import.meta.url));
const ITEMS = 60;

let fake: RunningFake | undefined;
afterEach(async () => {
  await fake?.close();
});

/** Runs the built package, as its users do. */
function startBatch(url: string, journal: string): { child: ChildProcess; ended: Promise<string> } {
  const child = spawn(process.execPath, [SCRIPT, url, journal, String(ITEMS)], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<string>((resolve) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
    child.once("close", () => resolve(output.trim()));
  });
  return { child, ended };
}

interface Line {
  key: string;
  result: { prompt: string };
}

async function linesOf(journal: string): Promise<Line[]> {
  const text = await readFile(journal, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

it("a batch that is killed again and again ends with each result once", { timeout: 120_000 }, async () => {
  const server = await startFakeOllama({ slots: 4, serviceMs: 4 });
  fake = server;
  const folder = await mkdtemp(join(tmpdir(), "codo-kill-"));
  const journal = join(folder, "batch.jsonl");
  for (let target = 5; target < ITEMS; target += 12) {
    const { child, ended } = startBatch(server.url, journal);
    await expect
      .poll(async () => (await linesOf(journal)).length, { timeout: 60_000, interval: 3 })
      .toBeGreaterThan(target);
    child.kill("SIGKILL");
    await ended;
  }
  const finished = await linesOf(journal);
  const askedBefore = server.requests.length;
  expect(await startBatch(server.url, journal).ended).toBe(String(ITEMS));
  const lines = await linesOf(journal);
  expect([lines.length, new Set(lines.map((line) => line.key)).size]).toEqual([ITEMS, ITEMS]);
  expect(await readdir(folder)).toEqual(["batch.jsonl"]);
  // What was not written down when a process was killed is asked for again; nothing that was is.
  const again = server.requests.slice(askedBefore).map(({ body }) => body.prompt as string);
  const prompts = (of: readonly Line[]) => of.map(({ result }) => result.prompt).sort();
  expect([...prompts(finished), ...again].sort()).toEqual(prompts(lines));

  const asked = server.requests.length;
  expect(await startBatch(server.url, journal).ended).toBe(String(ITEMS));
  expect(server.requests.length).toBe(asked);
});

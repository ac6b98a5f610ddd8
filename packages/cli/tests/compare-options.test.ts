import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { benchCommand } from "../src/commands/bench/bench-command.js";
import { compareCommand } from "../src/commands/compare/compare-command.js";
import { runCli } from "../src/main.js";
import type { OutputStream } from "../src/terminal/terminal.js";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, type CliRun, createHome } from "./support/cli-harness.js";

/** What `compare` takes in another way than `bench`. */
const OTHERWISE: Readonly<Record<string, string>> = { model: "its words are the models" };

let server: AskedServer;
let home: CliHome;

beforeAll(async () => {
  server = await startAskedServer([{ name: "small:latest" }, { name: "large:latest" }]);
  home = await createHome(server.url);
});

beforeEach(() => {
  server.asked.length = 0;
});

afterAll(async () => await server?.[Symbol.asyncDispose]());

/** Runs a command line in this process. */
async function codo(...argv: string[]): Promise<CliRun> {
  const run = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr"): OutputStream => ({
    ...{ isTTY: false, writable: true, destroyed: false },
    write: (text, written) => {
      run[name] += text;
      written?.();
      return true;
    },
  });
  const [stdout, stderr, { signal }] = [stream("stdout"), stream("stderr"), new AbortController()];
  const status = await runCli(argv, { stdout, stderr, env: home.env, signal });
  return { ...run, status };
}

const compare = (...more: string[]): Promise<CliRun> =>
  codo("compare", "small", "large", "-p", "Hello", "--trials", "1", "--requests", "3", "--warmup", "0", ...more);

describe("codo compare takes what codo bench takes", () => {
  it("each option, by the declarations", () => {
    const [taken, offered] = [compareCommand.options ?? {}, benchCommand.options ?? {}];
    for (const [name, spec] of Object.entries(offered)) {
      if (name in OTHERWISE) expect(taken[name], name).toBeUndefined();
      else expect(taken[name], name).toEqual(spec);
    }
    expect(Object.keys(taken).filter((name) => !(name in offered))).toEqual(["prompt"]);
    expect(Object.keys(OTHERWISE).every((name) => name in offered)).toBe(true);
  });

  it.each([
    ["text", "Green."],
    ["markdown", "# Benchmark"],
    ["html", "<!doctype html>"],
    ["csv", "model,scenario,trial"],
    ["json", '{\n  "schema": "codo.ollama-bench/report"'],
    ["junit", "<?xml"],
  ])("--format %s", async (format, start) => {
    const { stdout, status, stderr } = await compare("--no-save", "--format", format);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(start);
  });

  it("--endpoint, --option, --concurrency, --journal and --slo", async () => {
    await compare("--no-save", "--endpoint", "generate", "-o", "temperature=0", "-c", "1", "-c", "2");
    const measured = server.asked.filter(({ body }) => body.prompt !== undefined);
    expect(new Set(measured.map(({ path }) => path))).toEqual(new Set(["/api/generate"]));
    expect(measured.every(({ body }) => (body.options as { temperature?: number }).temperature === 0)).toBe(true);
    expect(measured.length).toBeGreaterThanOrEqual(12);

    const journal = join(home.folder, "compare.jsonl");
    const missed = await compare("--no-save", "--journal", journal, "--slo", "p50(ttft_ms) <= 0.000001");
    expect([missed.status, missed.stdout], missed.stderr).toEqual([
      3,
      expect.stringMatching(/p50\(ttft_ms\) <= 0.000001 of small, chat\/sync: violated with \d/),
    ]);
    expect((await readFile(journal, "utf8")).match(/"type":"request"/g)).toHaveLength(6);
  });

  it("--endpoint embed, which has figures and no answers to show", async () => {
    const { stdout, status, stderr } = await compare("--no-save", "--endpoint", "embed");
    expect(status, stderr).toBe(0);
    expect(stdout.trimStart()).toMatch(/^large against small: /);
  });
});

describe("latency charts without a journal", () => {
  const charts = (html: string): number => html.match(/<h3[^>]*>e2e_ms · chat\/sync/g)?.length ?? 0;
  const measured = ["--trials", "1", "--requests", "3", "--warmup", "0"];

  it.each([
    ["bench", ["bench", "Hello", "-m", "small", ...measured]],
    ["compare", ["compare", "small", "large", "-p", "Hello", ...measured]],
  ])("of codo %s, at once and of its saved report", async (_, argv) => {
    const file = join(home.folder, `${argv[0]}.html`);
    const { status, stderr } = await codo(...argv, "-O", file);
    expect(status, stderr).toBe(0);
    const page = await readFile(file, "utf8");
    // The distribution and the histogram.
    expect([charts(page), page.includes("Requests in time")]).toEqual([2, true]);
    const saved = await codo("report", "last", "--format", "html");
    expect([saved.status, charts(saved.stdout)], saved.stderr).toEqual([0, 2]);
    expect(saved.stdout).toContain("The requests in time are not drawn: the requests themselves are not here.");
  });
});

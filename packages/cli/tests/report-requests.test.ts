import { spawnSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@codo/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

const SLOW = 60_000;
const GOLDEN = fileURLToPath(new URL("golden/bench-report.json", import.meta.url));

let home: CliHome;
let folder: string;
let report: { results: { model: string; scenarioId: string; trial: number }[] };

beforeEach(async () => {
  home = await createHome(`127.0.0.1:${await freePort()}`);
  folder = join(home.folder, "from-elsewhere");
  await mkdir(folder);
  report = JSON.parse(await readFile(GOLDEN, "utf8"));
});

/** The lines of a journal: some requests of the report's first trial. */
function journal(): string {
  const { model, scenarioId, trial } = report.results[0] ?? {};
  const place = { type: "request", model, scenarioId, trial, phase: "measured", promptIndex: 0 };
  const times = { scheduledMs: 0, sentMs: 0, firstChunkMs: 5, firstOutputMs: 5, doneMs: 10, chunkOffsetsMs: [5, 9] };
  const answer = { server: { eval_count: 2 }, doneReason: "stop", outputChars: 4 };
  const lines = [0, 1, 2].map((index) => JSON.stringify({ ...place, ...times, ...answer, index }));
  // Lines that are of no use: a request without its figures, and something else.
  return [...lines, JSON.stringify(place), "null", "[1]", "{"].join("\n");
}

async function render(requestsFile?: string): Promise<{ page: string; stderr: string }> {
  const file = join(folder, "report.json");
  await writeFile(file, JSON.stringify({ ...report, ...(requestsFile === undefined ? {} : { requestsFile }) }));
  const { stdout, stderr } = await home.codo(["report", file, "--format", "html"]);
  return { page: stdout, stderr };
}

/** A page without the sentence on what it does not draw, which names the file. */
const drawn = (page: string): string => page.replace(/<section id="missing">.*?<\/section>/, "");

describe("the requests of a report from elsewhere", () => {
  it("are read beside it, by their plain name", { timeout: SLOW }, async () => {
    const { page: without } = await render();
    await writeFile(join(folder, "requests.jsonl"), journal());
    const plain = await render("requests.jsonl");
    expect(plain.stderr).toBe("");
    expect(plain.page.length).toBeGreaterThan(without.length);
    // Where they were when they were measured does not count.
    expect(await render("/measured/there/requests.jsonl")).toEqual(plain);
  });

  it("are read from nowhere else, and that is told", { timeout: SLOW }, async () => {
    const { page: without } = await render();
    const outside = join(home.folder, "private.jsonl");
    await writeFile(outside, journal());
    await symlink(outside, join(folder, "link.jsonl"));
    spawnSync("mkfifo", [join(folder, "pipe.jsonl")]);
    for (const name of [outside, "../private.jsonl", "link.jsonl", "pipe.jsonl", ".", "/dev/zero"]) {
      const { page, stderr } = await render(name);
      expect(drawn(page), name).toBe(drawn(without));
      expect(stderr, name).toContain(`the requests of the report (${name}) are read from`);
    }
  });
});

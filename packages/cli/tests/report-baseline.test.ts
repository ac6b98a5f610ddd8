import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@codo/test-utils";
import { beforeAll, describe, expect, it } from "vitest";
import { type CliHome, type CliRun, createHome } from "./support/cli-harness.js";

const SLOW = 120_000;
const GOLDEN = fileURLToPath(new URL("golden/bench-report.json", import.meta.url));
const TRIALS = 8;

interface Metric {
  [figure: string]: unknown;
  p: Record<string, number | null>;
}

let home: CliHome;

/** A report of many trials whose answers took `factor` times as long as those of the other one. */
async function makeReport(name: string, factor: number): Promise<void> {
  const report = JSON.parse(await readFile(GOLDEN, "utf8"));
  const [first] = report.results;
  report.results = Array.from({ length: TRIALS }, (_, index) => {
    const trial = structuredClone(first);
    // Trials differ a little, as real ones do.
    const metric: Metric = trial.metrics.e2e_ms;
    const spread = factor * (1 + index / 1000);
    for (const key of Object.keys(metric.p)) metric.p[key] = 100 * spread;
    for (const key of ["mean", "min", "max"]) metric[key] = 100 * spread;
    return { ...trial, trial: index + 1, metrics: { e2e_ms: metric } };
  });
  report.aggregates = report.aggregates.filter(
    (one: typeof first) => one.model === first.model && one.scenarioId === first.scenarioId,
  );
  await writeFile(join(home.folder, name), JSON.stringify(report));
}

async function render(baseline: string, ...options: string[]): Promise<CliRun> {
  return await home.codo(["report", "now.json", "--baseline", baseline, ...options]);
}

beforeAll(async () => {
  home = await createHome(`127.0.0.1:${await freePort()}`);
  await makeReport("now.json", 3);
  await makeReport("fast.json", 1);
  await makeReport("same.json", 3);
});

describe("codo report --baseline", () => {
  it("is a failed test case of JUnit for a regression, and a passed one without", { timeout: SLOW }, async () => {
    const { stdout, status, stderr } = await render("fast.json", "--format", "junit");
    expect([status, stderr]).toEqual([4, ""]);
    expect(stdout.startsWith("<?xml")).toBe(true);
    expect(stdout.endsWith("</testsuites>\n")).toBe(true);
    const failed = /<testcase classname="This run" name="against the baseline" [^>]*><failure message="([^"]*)"\/>/;
    expect(failed.exec(stdout)?.[1]).toMatch(/e2e_ms of .*: 100 → 301 \(\+200 %\)/);
    expect(/<testsuites [^>]*failures="(\d+)"/.exec(stdout)?.[1]).toBe("1");
    const same = await render("same.json", "--format", "junit");
    expect(same.status).toBe(0);
    expect(same.stdout).toMatch(/<testcase classname="This run" name="against the baseline" time="0.000"\/>/);
  });

  it("adds columns to CSV, and nothing after its rows", { timeout: SLOW }, async () => {
    const { stdout } = await render("fast.json", "--format", "csv");
    const rows = stdout.trimEnd().split("\r\n");
    const widths = new Set(rows.map((row) => row.split(",").length));
    expect([...widths]).toEqual([23]);
    expect(rows[0]).toMatch(/,baseline_p50,shift,shift_ci95_low,shift_ci95_high,verdict$/);
    expect(rows.find((row) => row.includes(",all,e2e_ms,"))).toMatch(/,100[.\d]*,(?:2|1\.99)[.\d]*,.*,worse$/);
  });

  it("says that nothing can be compared where no model is in both", { timeout: SLOW }, async () => {
    const report = JSON.parse(await readFile(join(home.folder, "fast.json"), "utf8"));
    for (const one of [...report.models, ...report.results, ...report.aggregates]) {
      if (one.model !== undefined) one.model = "nobody";
      else one.name = "nobody";
    }
    await writeFile(join(home.folder, "other.json"), JSON.stringify(report));
    const { stdout } = await render("other.json");
    const words = "No model was measured in the same scenario in both reports: there are no numbers to compare.";
    expect(stdout.replace(/\s+/g, " ")).toContain(words);
    expect(stdout).not.toContain("VERDICT");
  });

  it("is in the page, in Markdown, in JSON and at the prompt, printed or in a file", { timeout: SLOW }, async () => {
    const says = "This run is worse than the baseline in at least one headline metric.";
    const read = async (file: string): Promise<string> => await readFile(join(home.folder, file), "utf8");
    const files = ["now.html", "now.md", "now.txt", "with.json"];
    const [html, markdown, json, text] = await Promise.all([
      render("fast.json", "--format", "html"),
      render("fast.json", "--format", "markdown"),
      render("fast.json", "--format", "json"),
      render("fast.json"),
      ...files.map((file) => render("fast.json", "--output", file)),
    ]);
    for (const printed of [html, markdown]) {
      expect(printed?.stdout).toContain(says);
      expect(printed?.stdout).not.toContain("Against the baseline:");
    }
    for (const file of files.slice(0, 3)) expect(await read(file)).toContain(says);
    expect(html?.stdout).toContain("This run against the baseline");
    expect(JSON.parse(await read("with.json")).baselineComparison.verdict).toBe("worse");
    expect(JSON.parse(json?.stdout ?? "").baselineComparison.verdict).toBe("worse");
    expect(text?.stdout).toContain("Against the baseline: worse");
  });
});

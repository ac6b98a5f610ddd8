// What these find depends on how steadily the machine keeps time: `pnpm test:timing`, on a machine that does nothing else.
import { expect, it } from "vitest";
import { benchmarkModel, compareReports, renderReport } from "../src/index.js";
import { startScriptedServer } from "./start-scripted-server.js";

it("climbs a ladder of concurrency and finds how much the server really does at once", async () => {
  await using two = await startScriptedServer({ prefillMs: 20, tokenMs: 1, tokens: 4, parallel: 2 });
  const load = [1, 2, 4].map((level) => ({ type: "concurrency" as const, level }));
  const report = await benchmarkModel(two.executor, "scripted", ["a"], {}, { trials: 1, requests: 12, load });
  expect(report.parallelism[0]?.levels.map(({ level }) => level)).toEqual([1, 2, 4]);
  expect(report.parallelism[0]?.effectiveParallelism).toBeGreaterThan(1.5);
  expect(report.parallelism[0]?.effectiveParallelism).toBeLessThan(2.5);
});

it("finds it for prompts of one length too, a length by itself", async () => {
  await using two = await startScriptedServer({ prefillMs: 20, tokenMs: 1, tokens: 4, parallel: 2 });
  const load = [1, 4].map((level) => ({ type: "concurrency" as const, level }));
  const plan = { trials: 1, requests: 8, load, depths: [32, 64] };
  const report = await benchmarkModel(two.executor, "scripted", [], {}, plan);
  expect(report.parallelism.map(({ promptTokens }) => promptTokens)).toEqual([32, 64]);
  for (const { levels, effectiveParallelism } of report.parallelism) {
    expect(levels.map(({ level }) => level)).toEqual([1, 4]);
    expect(effectiveParallelism).toBeGreaterThan(1.5);
  }
  const text = renderReport(report, "text");
  expect(text).toMatch(/scripted, prompts of 64: effective parallelism \d/);
  // A table and its bars fit a usual terminal.
  const bars = text.split("\n").filter((line) => line.includes("█") && line.includes("tokens/s"));
  expect(bars).toHaveLength(4);
  for (const bar of bars) expect(bar.length).toBeLessThanOrEqual(80);
});

it("a report against itself is the same; a slower server is worse; other prompts are not comparable", async () => {
  await using steady = await startScriptedServer({ prefillMs: 20, tokenMs: 5, tokens: 6 });
  const run = (prompts: string[]) =>
    benchmarkModel(steady.executor, "scripted", prompts, {}, { trials: 5, requests: 3 });
  const before = await run(["a"]);
  expect(compareReports(before, before)).toMatchObject({ comparable: true, environmentDiff: [] });
  expect(compareReports(before, before).metrics.every(({ shift }) => shift === 0)).toBe(true);
  await fetch(`${steady.url}/script`, { method: "POST", body: JSON.stringify({ slowdown: 2 }) });
  const slower = compareReports(before, await run(["a"]));
  expect(slower).toMatchObject({ comparable: true, verdict: "worse" });
  expect(slower.metrics.find(({ metric }) => metric === "ttft_ms")).toMatchObject({
    verdict: "worse",
    exploratory: false,
  });
  expect(compareReports(before, await run(["b"]))).toMatchObject({ comparable: false });
});

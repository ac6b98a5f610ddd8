import { monitorEventLoopDelay } from "node:perf_hooks";
import { beforeEach, describe, expect, it } from "vitest";
import { type BenchReport, benchmarkModel, type MetricName } from "../src/index.js";
import { median } from "../src/statistics/percentile.js";
import { startScriptedServer, type TruthEntry } from "./start-scripted-server.js";

/** How late this process itself was, in milliseconds: what a machine with other work adds, and no definition can mend. */
const lateness = monitorEventLoopDelay({ resolution: 1 });
beforeEach(() => {
  lateness.reset();
  lateness.enable();
});

/** The measured median may be off by 5 % or 2 ms, whichever is more, beside what this process was late. */
function expectNear(report: BenchReport, metric: MetricName, truth: readonly number[]): void {
  lateness.disable();
  const measured = report.aggregates[0]?.metrics[metric];
  const real = median(truth);
  const lateMs = Math.max(0, lateness.percentile(99) / 1e6 - QUIET_MS) * LATE_TURNS;
  const lateShare = lateMs / SHORTEST_REQUEST_MS;
  const slack = measured?.unit === "ms" ? Math.max(real * 0.05, 2) + lateMs : real * (0.05 + lateShare);
  expect(
    Math.abs((measured?.p["50"] ?? Number.NaN) - real),
    `${metric} is ${measured?.p["50"]}, in truth ${real}, late ${lateMs} ms`,
  ).toBeLessThan(slack);
}

/** A timer of 1 ms is this late on a quiet machine. */
const QUIET_MS = 3;
/** A request waits for this process at most when it is sent, at its first and at its last chunk. */
const LATE_TURNS = 3;
const SHORTEST_REQUEST_MS = 80;

const each = (entries: readonly TruthEntry[], pick: (entry: TruthEntry) => number): number[] => entries.map(pick);
const at = (entry: TruthEntry, index: number): number => entry.sent.at(index) ?? Number.NaN;

describe("every metric agrees with what the server really did", () => {
  it("one request at a time", async () => {
    await using server = await startScriptedServer({ prefillMs: 40, tokenMs: 10, tokens: 12 });
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      ["one", "two", "three"],
      {},
      { trials: 3, bustCache: true, warmup: 0 },
    );
    const truth = await server.truth();
    expect(truth).toHaveLength(9);
    expectNear(
      report,
      "ttft_ms",
      each(truth, (entry) => at(entry, 0) - entry.arrivedMs),
    );
    expectNear(
      report,
      "ttfo_ms",
      each(truth, (entry) => at(entry, 0) - entry.arrivedMs),
    );
    expectNear(
      report,
      "tpot_ms",
      each(truth, (entry) => (at(entry, -1) - at(entry, 0)) / 11),
    );
    expectNear(
      report,
      "icl_ms",
      truth.flatMap((entry) => entry.sent.slice(1).map((sent, index) => sent - at(entry, index))),
    );
    expectNear(
      report,
      "e2e_ms",
      each(truth, (entry) => entry.doneMs - entry.arrivedMs),
    );
    expectNear(
      report,
      "decode_tps",
      each(truth, (entry) => 11 / ((at(entry, -1) - at(entry, 0)) / 1000)),
    );
    expectNear(
      report,
      "prefill_tps",
      each(truth, (entry) => 14 / ((at(entry, 0) - entry.startMs) / 1000)),
    );
    expectNear(report, "transport_ms", [0]);
    expectNear(report, "server_other_ms", [0]);
    expect(report.aggregates[0]?.metrics.error_rate?.mean).toBe(0);
  });

  it("chunks that arrive together: decoding is by the server's clock, and the warning names numbers that are right", async () => {
    await using server = await startScriptedServer({ prefillMs: 30, tokenMs: 10, tokens: 12, hold: true });
    const report = await benchmarkModel(server.executor, "scripted", ["one"], {}, { trials: 3, warmup: 0 });
    const truth = await server.truth();
    expectNear(
      report,
      "tpot_ms",
      each(truth, (entry) => (at(entry, -1) - at(entry, 0)) / 11),
    );
    const warning = report.warnings.find(({ code }) => code === "chunk-token-mismatch");
    expect(warning?.message).toContain("In 9 of 9 answers the chunks arrived together");
    expect(warning?.message).toContain("Read decode_tps and e2e_ms");
    expect(warning?.message).not.toContain("Read tpot_ms");
  });

  it("chunks that arrive together from a server without a clock: there is no tpot_ms", async () => {
    await using server = await startScriptedServer({ prefillMs: 5, tokens: 40, tokenMs: 1, hold: true, timed: false });
    const report = await benchmarkModel(server.executor, "scripted", ["one"], {}, { trials: 1, warmup: 0 });
    expect(report.aggregates[0]?.metrics.e2e_ms).toBeDefined();
    expect(report.aggregates[0]?.metrics.tpot_ms).toBeUndefined();
    expect(report.warnings.map(({ message }) => message).join()).toContain("tpot_ms is left out");
  });

  it("four at once on a server that serves two: the wait is seen, in the latencies and in the throughput", async () => {
    await using server = await startScriptedServer({ prefillMs: 30, tokenMs: 10, tokens: 6, parallel: 2 });
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      ["one"],
      {},
      { trials: 2, requests: 12, warmup: 0, load: { type: "concurrency", level: 4 } },
    );
    const truth = await server.truth();
    expectNear(
      report,
      "ttft_ms",
      each(truth, (entry) => at(entry, 0) - entry.arrivedMs),
    );
    expectNear(
      report,
      "e2e_ms",
      each(truth, (entry) => entry.doneMs - entry.arrivedMs),
    );
    const trials = [truth.slice(0, 12), truth.slice(12)];
    const rates = trials.map(
      (trial) =>
        12 /
        ((Math.max(...trial.map(({ doneMs }) => doneMs)) - Math.min(...trial.map(({ arrivedMs }) => arrivedMs))) /
          1000),
    );
    expectNear(report, "request_tps", rates);
    expectNear(
      report,
      "output_tps",
      rates.map((rate) => rate * 6),
    );
    expect(report.aggregates[0]?.metrics.server_other_ms?.p["50"]).toBeGreaterThan(30);
  });

  it("coordinated omission is absent: a server slower than the schedule shows its queue from the scheduled time on", async () => {
    // One at a time, 100 ms each, but one due every 50 ms: request i really waits about 50 ms × i.
    await using server = await startScriptedServer({ prefillMs: 50, tokenMs: 10, tokens: 6, parallel: 1 });
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      ["one"],
      {},
      { trials: 1, requests: 10, warmup: 0, load: { type: "constant", rps: 20 } },
    );
    const truth = await server.truth();
    const startMs = Math.min(...truth.map(({ arrivedMs }) => arrivedMs));
    const scheduled = truth.map((entry, index) => entry.doneMs - (startMs + index * 50)).sort((a, b) => a - b);
    expectNear(report, "e2e_scheduled_ms", scheduled);
    expect(report.aggregates[0]?.metrics.e2e_scheduled_ms?.max).toBeGreaterThan(450);
    // The requests were sent on time, whatever the answers did.
    expectNear(report, "schedule_lag_ms", [0]);
  });
});

import { describe, expect, it } from "vitest";
import { type BenchReport, benchmarkModel, type MetricName } from "../src/index.js";
import { median } from "../src/statistics/percentile.js";
import { startScriptedServer, type TruthEntry } from "./start-scripted-server.js";

/** The measured median may be off by 5 % or 2 ms, whichever is more. */
function expectNear(report: BenchReport, metric: MetricName, truth: number): void {
  const measured = report.aggregates[0]?.metrics[metric]?.p["50"];
  const slack = Math.max(Math.abs(truth) * 0.05, report.aggregates[0]?.metrics[metric]?.unit === "ms" ? 2 : 0);
  expect(measured, `${metric} should be near ${truth}`).toBeGreaterThan(truth - slack);
  expect(measured, `${metric} should be near ${truth}`).toBeLessThan(truth + slack);
}

const medianOf = (entries: readonly TruthEntry[], pick: (entry: TruthEntry) => number): number =>
  median(entries.map(pick));
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
      medianOf(truth, (entry) => at(entry, 0) - entry.arrivedMs),
    );
    expectNear(
      report,
      "ttfo_ms",
      medianOf(truth, (entry) => at(entry, 0) - entry.arrivedMs),
    );
    expectNear(
      report,
      "tpot_ms",
      medianOf(truth, (entry) => (at(entry, -1) - at(entry, 0)) / 11),
    );
    expectNear(
      report,
      "icl_ms",
      median(truth.flatMap((entry) => entry.sent.slice(1).map((sent, index) => sent - at(entry, index)))),
    );
    expectNear(
      report,
      "e2e_ms",
      medianOf(truth, (entry) => entry.doneMs - entry.arrivedMs),
    );
    expectNear(
      report,
      "decode_tps",
      medianOf(truth, (entry) => 11 / ((at(entry, -1) - at(entry, 0)) / 1000)),
    );
    expectNear(
      report,
      "prefill_tps",
      medianOf(truth, (entry) => 12 / ((at(entry, 0) - entry.startMs) / 1000)),
    );
    expectNear(report, "transport_ms", 0);
    expectNear(report, "server_other_ms", 0);
    expect(report.aggregates[0]?.metrics.error_rate?.mean).toBe(0);
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
      medianOf(truth, (entry) => at(entry, 0) - entry.arrivedMs),
    );
    expectNear(
      report,
      "e2e_ms",
      medianOf(truth, (entry) => entry.doneMs - entry.arrivedMs),
    );
    const trials = [truth.slice(0, 12), truth.slice(12)];
    const rates = trials.map(
      (trial) =>
        12 /
        ((Math.max(...trial.map(({ doneMs }) => doneMs)) - Math.min(...trial.map(({ arrivedMs }) => arrivedMs))) /
          1000),
    );
    expectNear(report, "request_tps", median(rates));
    expectNear(report, "output_tps", median(rates) * 6);
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
    expectNear(report, "e2e_scheduled_ms", median(scheduled));
    expect(report.aggregates[0]?.metrics.e2e_scheduled_ms?.max).toBeGreaterThan(450);
    // The requests were sent on time, whatever the answers did.
    expectNear(report, "schedule_lag_ms", 0);
  });
});

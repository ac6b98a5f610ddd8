import { expect, it } from "vitest";
import type { RequestRecord } from "../measure/request-record.js";
import { keptLatencies, latencySamples, type MeasuredPlan } from "./latency-samples.js";

const PLAN = {
  models: [{ name: "m" }],
  scenarios: [{ id: "s", prompt: { nonce: false }, state: "warm" }],
} as unknown as MeasuredPlan;

/** Requests whose first token came after 1, 2, 3 … milliseconds. */
function requests(count: number): RequestRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ type: "request", model: "m", scenarioId: "s", trial: 1, phase: "measured", index, promptIndex: 0 },
    ...{ scheduledMs: 0, sentMs: 0, firstChunkMs: index + 1, firstOutputMs: index + 1, doneMs: index + 3 },
    ...{ chunkOffsetsMs: [index + 1], server: { eval_count: 2 }, doneReason: "stop", outputChars: 2 },
  })) as RequestRecord[];
}

const ttft = (samples: ReturnType<typeof keptLatencies>) => samples.find(({ metric }) => metric === "ttft_ms");

it("keeps each value of few requests, and of many 400 that are spread as all are", () => {
  expect(ttft(keptLatencies(PLAN, requests(4)))).toMatchObject({ count: 4, values: [1, 2, 3, 4] });
  const kept = ttft(keptLatencies(PLAN, requests(10_001)));
  expect([kept?.count, kept?.values.length, kept?.values[0], kept?.values.at(-1)]).toEqual([10_001, 400, 1, 10_001]);
  for (const share of [0.25, 0.5, 0.9]) {
    const value = kept?.values[Math.round(share * 399)] ?? 0;
    expect(Math.abs(value - 10_000 * share)).toBeLessThan(10_000 / 399);
  }
});

it("leaves out warm-ups, failures, and a single request", () => {
  const [one, two, three, four] = requests(4);
  const error = { kind: "http", code: "SERVER_ERROR", message: "no" } as const;
  const mixed = [{ ...one, phase: "warmup" }, { ...two, error }, { ...three, model: "n" }, four] as RequestRecord[];
  expect(latencySamples(PLAN, mixed)).toEqual([]);
  const enough = ttft(latencySamples(PLAN, [...mixed, ...requests(6).slice(4)]));
  expect(enough?.values).toEqual([4, 5, 6]);
});

import { OllamaError } from "@codo/ollama-contract";
import { describe, expect, it } from "vitest";
import { createRetryPolicy, parseRetryAfter } from "./retry-policy.js";

const busy = (details: Record<string, unknown> = {}): OllamaError =>
  new OllamaError("SERVER_BUSY", "busy", { details: { status: 503, ...details } });

describe("the wait before a repeat", () => {
  it("doubles up to a bound, and chance takes some of it off", () => {
    const never = createRetryPolicy({ limit: 9, delayMs: 100, maxDelayMs: 500, jitter: 0.5 }, () => 0);
    expect([1, 2, 3, 4, 5].map((attempt) => never.delayBefore(attempt, busy()))).toEqual([100, 200, 400, 500, 500]);
    const always = createRetryPolicy({ limit: 9, delayMs: 100, maxDelayMs: 500, jitter: 0.5 }, () => 1);
    expect([1, 2, 3].map((attempt) => always.delayBefore(attempt, busy()))).toEqual([50, 100, 200]);
  });

  it("is what Retry-After says", () => {
    expect(createRetryPolicy({ delayMs: 5 }).delayBefore(1, busy({ retryAfterMs: 1_500 }))).toBe(1_500);
  });
});

describe("Retry-After", () => {
  it.each([
    ["2", 2_000],
    ["0.5", 500],
    ["Sun, 22 Nov 2026 12:00:10 GMT", 10_000],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s is %s ms", (value, delayMs) => {
    expect(parseRetryAfter(value, Date.parse("2026-11-22T12:00:00Z"))).toBe(delayMs);
  });
});

import { describe, expect, it } from "vitest";
import { statusOfPartialRun } from "./exit-status.js";

describe("the status of a benchmark that ended early", () => {
  const run = { id: "x", startedAt: "", endedAt: "", status: "partial", toolVersion: "0", seed: 1 } as const;

  it("is that of an interrupt, or of what it failed with", () => {
    expect(statusOfPartialRun(run)).toBe(130);
    expect(statusOfPartialRun({ ...run, failure: { code: "CONNECTION_LOST", message: "gone" } })).toBe(6);
    expect(statusOfPartialRun({ ...run, failure: { code: "STORAGE_FAILED", message: "full" } })).toBe(1);
  });
});

import type { Clock } from "@codo/ollama-contract";
import { readTranscript, responseBytes } from "@codo/test-utils";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProgressResponse } from "../wire/model-management.js";
import type { Progress } from "./progress-tracker.js";
import { trackProgress } from "./track-progress.js";

/** A clock that stands still unless it is told to go on. */
function manualClock(): Clock & { advance(ms: number): void } {
  let nowMs = 0;
  return {
    now: () => nowMs,
    setTimeout: () => undefined,
    clearTimeout: () => undefined,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

async function track(lines: ProgressResponse[], stepMs = 1_000): Promise<Progress[]> {
  const clock = manualClock();
  async function* stream(): AsyncGenerator<ProgressResponse> {
    for (const line of lines) {
      clock.advance(stepMs);
      yield line;
    }
  }
  const seen: Progress[] = [];
  for await (const progress of trackProgress(stream(), { clock })) seen.push(progress);
  return seen;
}

const layer = (digest: string, completed: number | undefined, total: number): ProgressResponse => ({
  status: `pulling ${digest}`,
  digest,
  total,
  ...(completed === undefined ? {} : { completed }),
});

describe("progress of a transfer", () => {
  it("counts a recorded pull up to its success", async () => {
    const [exchange] = readTranscript("pull-success-stream").exchanges;
    if (exchange === undefined) throw new Error("no exchange");
    const lines = responseBytes(exchange.response).toString("utf8").trim().split("\n");
    const seen = await track(lines.map((line) => JSON.parse(line)));
    expect(seen.map(({ line }) => line)).toEqual(lines.map((line) => JSON.parse(line)));
    expect(seen.at(-1)).toMatchObject({ status: "success", fraction: 1, done: true });
    expect(seen.slice(0, -1).every(({ fraction, done }) => fraction < 1 && !done)).toBe(true);
  });

  it("never goes backwards, whatever a server says", async () => {
    const line = fc.record({
      digest: fc.constantFrom("a", "b", "c"),
      total: fc.nat(1_000),
      completed: fc.option(fc.nat(1_000), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const seen = await track(lines.map(({ digest, completed, total }) => layer(digest, completed, total)));
        seen.forEach((progress, index) => {
          const before = seen[index - 1];
          expect(progress.completedBytes).toBeLessThanOrEqual(progress.totalBytes);
          if (before === undefined) return;
          expect(progress.fraction).toBeGreaterThanOrEqual(before.fraction);
          expect(progress.completedBytes).toBeGreaterThanOrEqual(before.completedBytes);
          expect(progress.bytesPerSecond ?? 0).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it("has the rate of the last seconds and the time left", async () => {
    const seen = await track([0, 100, 200, 300].map((completed) => layer("a", completed, 1_000)));
    expect(seen.at(-1)).toMatchObject({ completedBytes: 300, bytesPerSecond: 100, etaSeconds: 7 });
  });

  it("does not take what was there before a resumed pull for speed", async () => {
    const seen = await track([layer("a", 900, 1_000), layer("a", 910, 1_000), layer("a", 920, 1_000)]);
    expect(seen.at(-1)).toMatchObject({ bytesPerSecond: 10, etaSeconds: 8 });
  });

  it("takes a missing count for none, and totals that grow for more to do", async () => {
    const seen = await track([layer("a", undefined, 100), layer("a", 100, 100), layer("b", undefined, 300)]);
    expect(seen.map(({ completedBytes, totalBytes }) => [completedBytes, totalBytes])).toEqual([
      [0, 100],
      [100, 100],
      [100, 400],
    ]);
    expect(seen[2]?.fraction).toBe(seen[1]?.fraction);
  });
});

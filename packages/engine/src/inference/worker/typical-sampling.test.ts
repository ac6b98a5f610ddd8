import { describe, expect, it } from "vitest";
import { sampleTypical } from "./typical-sampling.js";

/** Tokens 0, 1, 2 … with these probabilities. */
const logits = (...probabilities: number[]) => probabilities.flatMap((p, token) => [token, Math.log(p)]);

/** The tokens that can come, by trying many random numbers. */
function reachable(pairs: number[], options: Partial<Parameters<typeof sampleTypical>[1]>): number[] {
  const all = { typicalP: 0.999, topP: 1, minP: 0, temperature: 1, ...options };
  const found = new Set(Array.from({ length: 1000 }, (_, i) => sampleTypical(pairs, all, i / 1000)));
  return [...found].sort((a, b) => a - b);
}

describe("sampleTypical", () => {
  it("leaves out the likeliest token when its surprise is far from the expected one", () => {
    // The entropy is 1.47; surprises are 0.69 (token 0), 1.90 (1, 2), 2.30 (3) and 2.53 (4).
    expect(reachable(logits(0.5, 0.15, 0.15, 0.1, 0.08), { typicalP: 0.2 })).toEqual([1, 2]);
  });

  it("keeps all of an even distribution", () => {
    expect(reachable(logits(0.25, 0.25, 0.25, 0.25), {})).toEqual([0, 1, 2, 3]);
  });

  it("always keeps one", () => {
    expect(reachable(logits(0.9, 0.1), { typicalP: 0 })).toHaveLength(1);
  });

  it("applies top_p and min_p to what is left", () => {
    expect(reachable(logits(0.5, 0.3, 0.2), { topP: 0.6 })).toEqual([0, 1]);
    expect(reachable(logits(0.5, 0.3, 0.2), { minP: 0.5 })).toEqual([0, 1]);
  });

  it("never takes what a grammar excluded", () => {
    expect(reachable([0, Number.NEGATIVE_INFINITY, 1, 0, 2, 0], {})).toEqual([1, 2]);
  });

  it("follows the probabilities, sharpened by a low temperature", () => {
    const count = (temperature: number) =>
      Array.from({ length: 1000 }, (_, i) =>
        sampleTypical(logits(0.6, 0.4), { typicalP: 0.999, topP: 1, minP: 0, temperature }, i / 1000),
      ).filter((token) => token === 0).length;
    expect(count(1)).toBeCloseTo(600, -1);
    expect(count(0.1)).toBeGreaterThan(970);
  });

  it("says -1 when nothing is left", () => {
    expect(sampleTypical([], { typicalP: 0.5, topP: 1, minP: 0, temperature: 1 }, 0)).toBe(-1);
  });
});

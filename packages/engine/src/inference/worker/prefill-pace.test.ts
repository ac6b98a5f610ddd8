import { describe, expect, it } from "vitest";
import { PrefillPace } from "./prefill-pace.js";

describe("PrefillPace", () => {
  it("takes longer steps while they are quick, up to the batch", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observe(pace.tokensPerStep(false), 10, false);
    expect(pace.tokensPerStep(false)).toBe(512);
  });

  it("takes shorter steps when they are slow, down to 32", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observe(pace.tokensPerStep(false), 5000, false);
    expect(pace.tokensPerStep(false)).toBe(32);
  });

  it("begins with few tokens beside answers, and goes half the way to those that would fill its time", () => {
    const pace = new PrefillPace(512);
    expect(pace.tokensPerStep(true)).toBe(4);
    pace.observe(4, 35, true);
    expect(pace.tokensPerStep(true)).toBe(6);
    pace.observe(6, 42, true);
    expect(pace.tokensPerStep(true)).toBe(8);
    pace.observe(8, 70, true);
    expect(pace.tokensPerStep(true)).toBe(8);
  });

  it("at most doubles the tokens of a step beside answers", () => {
    const pace = new PrefillPace(512);
    pace.observe(4, 0, true);
    expect(pace.tokensPerStep(true)).toBe(8);
  });

  it("keeps a step beside answers within its time, however much a token of the prompt takes", () => {
    const weightsMs = 30;
    for (const msPerToken of [0.5, 5, 12]) {
      const pace = new PrefillPace(512);
      // Something else had the machine for a while.
      for (let step = 0; step < 8; step++) pace.observe(pace.tokensPerStep(true), 400, true);
      let tokens = 0;
      for (let step = 0; step < 40; step++) {
        tokens = pace.tokensPerStep(true);
        pace.observe(tokens, weightsMs + tokens * msPerToken, true);
      }
      const most = (70 - weightsMs) / msPerToken;
      expect(tokens).toBeGreaterThan(most - 1.5);
      expect(tokens).toBeLessThanOrEqual(most + 1);
    }
  });

  it("goes down to a token where the prompt has grown long, and leaves the steps without answers alone", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 8; i++) pace.observe(pace.tokensPerStep(true), 400, true);
    expect(pace.tokensPerStep(true)).toBe(1);
    expect(pace.tokensPerStep(false)).toBe(128);
  });

  it("lets a prompt take twice as long as a slow model's step of answers", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observeAnswers(500);
    pace.observe(4, 500, true);
    expect(pace.tokensPerStep(true)).toBe(6);
    pace.observe(6, 1000, true);
    expect(pace.tokensPerStep(true)).toBe(6);
  });

  it("is not led astray by one step of answers that was held up", () => {
    const pace = new PrefillPace(512);
    for (const elapsedMs of [20, 20, 200]) pace.observeAnswers(elapsedMs);
    pace.observe(4, 160, true);
    expect(pace.tokensPerStep(true)).toBe(3);
  });

  it("learns nothing from a short prompt that was quick", () => {
    const pace = new PrefillPace(512);
    pace.observe(3, 1, false);
    pace.observe(3, 1, true);
    expect(pace.tokensPerStep(false)).toBe(128);
    expect(pace.tokensPerStep(true)).toBe(4);
  });

  it("never exceeds a small batch", () => {
    const pace = new PrefillPace(2);
    pace.observe(2, 5000, false);
    expect(pace.tokensPerStep(false)).toBe(2);
    pace.observe(2, 0, true);
    expect(pace.tokensPerStep(true)).toBe(2);
  });
});

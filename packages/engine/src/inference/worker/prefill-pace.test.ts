import { describe, expect, it } from "vitest";
import { PrefillPace } from "./prefill-pace.js";

describe("PrefillPace", () => {
  it("takes longer steps while they are quick, up to the batch", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observe(pace.tokensPerStep(false), 10, false);
    expect(pace.tokensPerStep(false)).toBe(512);
    expect(pace.tokensPerStep(true)).toBe(512);
  });

  it("takes shorter steps when they are slow, down to 32", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observe(pace.tokensPerStep(false), 5000, false);
    expect(pace.tokensPerStep(false)).toBe(32);
  });

  it("fits the first step beside answers to what a token took before, and goes back to long ones", () => {
    const pace = new PrefillPace(512);
    pace.observe(128, 640, false);
    expect(pace.tokensPerStep(true)).toBe(16);
    pace.observe(16, 160, true);
    expect(pace.tokensPerStep(true)).toBe(8);
    pace.observe(8, 1000, true);
    expect(pace.tokensPerStep(true)).toBe(8);
    expect(pace.tokensPerStep(false)).toBe(64);
  });

  it("begins with short steps beside answers, where nothing is known yet", () => {
    expect(new PrefillPace(512).tokensPerStep(true)).toBe(16);
  });

  it("learns nothing from a short prompt that was quick", () => {
    const pace = new PrefillPace(512);
    pace.observe(3, 1, false);
    expect(pace.tokensPerStep(false)).toBe(128);
    expect(pace.tokensPerStep(true)).toBe(16);
  });

  it("never exceeds a small batch", () => {
    const pace = new PrefillPace(16);
    pace.observe(16, 5000, false);
    expect(pace.tokensPerStep(false)).toBe(16);
    pace.observe(16, 0, true);
    expect(pace.tokensPerStep(true)).toBe(16);
  });
});

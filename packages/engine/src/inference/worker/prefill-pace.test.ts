import { describe, expect, it } from "vitest";
import { PrefillPace } from "./prefill-pace.js";

describe("PrefillPace", () => {
  it("takes longer steps while they are quick, up to the batch", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observe(pace.tokensPerStep, 10);
    expect(pace.tokensPerStep).toBe(512);
  });

  it("takes shorter steps when they are slow, down to 32", () => {
    const pace = new PrefillPace(512);
    for (let i = 0; i < 5; i++) pace.observe(pace.tokensPerStep, 5000);
    expect(pace.tokensPerStep).toBe(32);
  });

  it("takes shorter steps sooner where answers are being written", () => {
    const pace = new PrefillPace(512);
    pace.observe(128, 200);
    expect(pace.tokensPerStep).toBe(128);
    pace.observe(128, 200, true);
    expect(pace.tokensPerStep).toBe(64);
  });

  it("learns nothing from a short prompt that was quick", () => {
    const pace = new PrefillPace(512);
    const before = pace.tokensPerStep;
    pace.observe(3, 1);
    expect(pace.tokensPerStep).toBe(before);
  });

  it("never exceeds a small batch", () => {
    const pace = new PrefillPace(16);
    pace.observe(16, 5000);
    expect(pace.tokensPerStep).toBe(16);
  });
});

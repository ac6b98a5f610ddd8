import { describe, expect, it } from "vitest";
import { fitPrompt } from "./prompt-window.js";

const prompt = Array.from({ length: 400 }, (_, i) => i);
const fit = (numKeep: number, numCtx = 256, beginToken?: number) =>
  fitPrompt(prompt, { numKeep, numCtx, truncate: true, beginToken });

describe("fitPrompt", () => {
  it("leaves a prompt alone that fits with a token to spare", () => {
    expect(fit(4, 401)).toBe(prompt);
    expect(fit(4, 400)).not.toBe(prompt);
  });

  it("keeps the first tokens and the last half of the rest of the window", () => {
    expect(fit(4)).toEqual([0, 1, 2, 3, ...prompt.slice(-126)]);
    expect(fit(0)).toEqual(prompt.slice(-128));
  });

  it("keeps the begin token beside the others", () => {
    expect(fit(2, 256, 0)).toEqual([0, 1, 2, ...prompt.slice(-126)]);
    expect(fit(2, 256, 7)).toEqual([0, 1, ...prompt.slice(-127)]);
  });

  it.each([-1, 300, 1e9])("leaves room for new text even when num_keep is %d", (numKeep) => {
    expect(fit(numKeep).length).toBeLessThan(256);
  });
});

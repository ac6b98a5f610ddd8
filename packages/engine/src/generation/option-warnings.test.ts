import { describe, expect, it } from "vitest";
import { isKnownOption } from "./model-options.js";
import { warnOfOptions } from "./option-warnings.js";

function warnings(options: Record<string, unknown>): string[] {
  const said: string[] = [];
  warnOfOptions(options, isKnownOption, (message) => said.push(message));
  return said;
}

describe("warnOfOptions", () => {
  it("says nothing of options that are followed, or that change nothing", () => {
    expect(warnings({ temperature: 0, typical_p: 0.5, mirostat: 0, num_gpu: 0, penalize_newline: true })).toEqual([]);
    expect(warnings({ mirostat: null, anything: null })).toEqual([]);
  });

  it("says why an option is not followed", () => {
    expect(warnings({ mirostat: 2, num_gpu: 33 })).toEqual([
      expect.stringContaining("mirostat"),
      expect.stringContaining("computes on the processor"),
    ]);
  });

  it("names what nobody knows", () => {
    expect(warnings({ temprature: 1, __proto__x: 1, toString: 1 })).toHaveLength(3);
  });
});

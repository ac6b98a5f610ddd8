import { describe, expect, it } from "vitest";
import { type BenchPlan, resolvePlan } from "./bench-plan.js";

describe("a plan with a value of a wrong type", () => {
  it.each([
    [{ warmup: {} }, '"warmup" has to be a whole number of at least 0, not an object.'],
    [{ warmup: [1] }, '"warmup" has to be a whole number of at least 0, not an array.'],
    [{ warmup: "2" }, '"warmup" has to be a whole number of at least 0, not the text "2".'],
    [{ warmup: 1.5 }, '"warmup" has to be a whole number of at least 0, not 1.5.'],
    [{ trials: true }, '"trials" has to be a whole number of at least 1, not true.'],
    [{ requests: () => 1 }, '"requests" has to be a whole number of at least 1, not a function.'],
    [{ threshold: {} }, "The threshold is a share from 0 to 1, such as 0.03, not an object."],
    [{ load: { type: "poisson", rps: {} } }, "A poisson load needs a rate above 0 requests per second, not an object."],
  ])("is told by its type: %j", (plan, message) => {
    expect(() => resolvePlan(plan as unknown as BenchPlan)).toThrow(message);
  });
});

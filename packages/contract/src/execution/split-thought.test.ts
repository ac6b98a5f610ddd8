import { describe, expect, it } from "vitest";
import { splitThought } from "./split-thought.js";

describe("splitThought", () => {
  it.each([
    ["<think>\nA colour.\n</think>\n\nBlue", "A colour.\n", "Blue"],
    ["\n<think></think>Blue", "", "Blue"],
    ["A colour.\n</think>\n\nBlue", "A colour.\n", "Blue"],
    ["A colour.</think>Blue", "A colour.", "Blue"],
    ["</think>\n\nBlue", "", "Blue"],
    ["<think>cut off in the tho", "cut off in the tho", ""],
    ["Blue", "", "Blue"],
    ["", "", ""],
    [" indented", "", " indented"],
  ])("%j", (whole, thinking, text) => {
    expect(splitThought(whole)).toEqual({ thinking, text });
  });

  it.each([
    "A thought ends with `</think>` in the output.",
    'The tag "</think>" closes it.',
    "First <think> is written, then </think>.",
    '{"tag": "</think>"}',
    '["a", "</think>"]',
  ])("leaves a tag that an answer speaks of: %j", (text) => {
    expect(splitThought(text)).toEqual({ thinking: "", text });
  });
});

import { describe, expect, it } from "vitest";
import { ThoughtSplitter } from "./thought-splitter.js";

function split(pieces: readonly string[]): { thinking: string; text: string } {
  const splitter = new ThoughtSplitter();
  const parts = [...pieces.map((piece) => splitter.push(piece)), splitter.finish()];
  return {
    thinking: parts.map(({ thinking }) => thinking).join(""),
    text: parts.map(({ text }) => text).join(""),
  };
}

describe("a thought in a reply's text", () => {
  it.each([
    ["<think>\nA < b.\n</think>\n\nBlue </think>", "A < b.\n", "Blue </think>"],
    ["<thinking> is a word", "", "<thinking> is a word"],
    ["\n\n Blue", "", "\n\n Blue"],
    ["<think>cut </thin", "cut </thin", ""],
    ["<thin", "", "<thin"],
    ["<think></think>Blue", "", "Blue"],
  ])("is taken out wherever the pieces are cut: %j", (whole, thinking, text) => {
    for (let first = 0; first <= whole.length; first++) {
      for (let second = first; second <= whole.length; second++) {
        const pieces = [whole.slice(0, first), whole.slice(first, second), whole.slice(second)];
        expect(split(pieces)).toEqual({ thinking, text });
      }
    }
    expect(split([...whole])).toEqual({ thinking, text });
  });

  it("holds nothing back once the answer has begun", () => {
    const splitter = new ThoughtSplitter();
    expect(splitter.push("Blue")).toEqual({ thinking: "", text: "Blue" });
    expect(splitter.push(" <think")).toEqual({ thinking: "", text: " <think" });
  });
});

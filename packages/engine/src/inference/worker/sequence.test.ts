import { describe, expect, it } from "vitest";
import type { NativeContext } from "./native-addon.js";
import { bestSequence, Sequence, sequenceToCopy } from "./sequence.js";

/** Writes down what is asked of llama.cpp's memory. */
function recorder(overrides: Partial<NativeContext> = {}) {
  const calls: string[] = [];
  const context: Partial<NativeContext> = {
    removeTokenCellsFromSequence: (id, start, end) => calls.push(`remove ${id} ${start}..${end}`) > 0,
    shiftSequenceTokenCells: (id, start, end, delta) => calls.push(`move ${id} ${start}..${end} by ${delta}`),
    disposeSequence: (id) => calls.push(`clear ${id}`),
    getSequenceKvCacheMinPosition: () => 0,
    ...overrides,
  };
  const sequence = (tokens: number[], lastUsed = 0) => {
    const made = new Sequence(7, context as NativeContext);
    made.tokens.push(...tokens);
    made.lastUsed = lastUsed;
    return made;
  };
  return { calls, sequence };
}

describe("Sequence", () => {
  it("keeps the beginning that a prompt shares, and forgets the rest", () => {
    const { calls, sequence } = recorder();
    const held = sequence([1, 2, 3, 4]);
    expect(held.reuse([1, 2, 9])).toBe(2);
    expect(held.tokens).toEqual([1, 2]);
    expect(calls).toEqual(["remove 7 2..-1"]);
  });

  it("computes the last token of a prompt again that it holds as a whole", () => {
    const { sequence } = recorder();
    expect(sequence([1, 2, 3]).reuse([1, 2, 3])).toBe(2);
  });

  it("leaves the memory alone when a prompt goes on from it", () => {
    const { calls, sequence } = recorder();
    expect(sequence([1, 2]).reuse([1, 2, 3])).toBe(2);
    expect(calls).toEqual([]);
  });

  it("starts again when the memory can't forget a part, or has slid on", () => {
    const recurrent = recorder({ removeTokenCellsFromSequence: () => false });
    expect(recurrent.sequence([1, 2, 3]).reuse([1, 2, 9])).toBe(0);
    expect(recurrent.calls).toEqual(["clear 7"]);
    const sliding = recorder({ getSequenceKvCacheMinPosition: () => 1 });
    expect(sliding.sequence([1, 2, 3]).reuse([1, 2, 9])).toBe(0);
  });

  it("drops tokens in the middle and moves the others down", () => {
    const { calls, sequence } = recorder();
    const held = sequence([1, 2, 3, 4, 5]);
    expect(held.shift(1, 2)).toBe(true);
    expect(held.tokens).toEqual([1, 4, 5]);
    expect(calls).toEqual(["remove 7 1..3", "move 7 3..5 by -2"]);
  });
});

describe("bestSequence", () => {
  const { sequence } = recorder();

  it("takes the one that holds most of the prompt", () => {
    const [some, most] = [sequence([1, 2, 3], 1), sequence([1, 2, 3, 4], 2)];
    expect(bestSequence([1, 2, 3, 4, 5], [some, most])).toBe(most);
  });

  it("takes the one that has been idle longest rather than a conversation with a few tokens in common", () => {
    const [conversation, idle] = [sequence([1, 2, 3, 4, 5, 6], 2), sequence([8, 9], 1)];
    expect(bestSequence([1, 2, 7, 7, 7, 7], [conversation, idle])).toBe(idle);
  });

  it("takes a short conversation that a long prompt goes on from", () => {
    const [conversation, idle] = [sequence([1, 2], 2), sequence([], 1)];
    expect(bestSequence([1, 2, 3, 4, 5, 6, 7, 8], [conversation, idle])).toBe(conversation);
  });
});

describe("sequenceToCopy", () => {
  const { sequence } = recorder();
  const prompt = Array.from({ length: 100 }, (_, index) => index);

  it("is the one that holds most of the prompt, by more than a copy costs", () => {
    const [target, some, most] = [sequence([0, 1]), sequence(prompt.slice(0, 50)), sequence(prompt.slice(0, 60))];
    expect(sequenceToCopy(prompt, target, [target, some, most])).toBe(most);
    expect(sequenceToCopy(prompt, target, [target, sequence(prompt.slice(0, 20))])).toBeUndefined();
    expect(sequenceToCopy(prompt, sequence(prompt.slice(0, 40)), [some])).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { seededRandom } from "../statistics/seeded-random.js";
import { corpusWords } from "./corpus.js";
import { fitPrompt } from "./fit-prompt.js";
import { nonce } from "./nonce.js";

/** A tokenizer in earnest: words of more than five letters are two tokens, full stops one, the template 12. */
async function count(text: string): Promise<number> {
  const pieces = text.match(/[a-z]+|\./gi) ?? [];
  return 12 + pieces.reduce((sum, piece) => sum + (piece.length > 5 ? 2 : 1), 0);
}

describe("prompts are cut to an exact length", () => {
  it.each([64, 127, 500, 2000])("%i tokens", async (target) => {
    const words = corpusWords(target, seededRandom(3));
    const fitted = await fitPrompt(target, nonce(seededRandom(4)), words, count);
    expect(fitted.tokens).toBe(target);
    expect(await count(fitted.text)).toBe(target);
  });

  it("a guess that is longer than the context window is no shorter prompt", async () => {
    const bounded = async (text: string): Promise<number> => {
      const tokens = await count(text);
      return tokens > 600 ? Number.POSITIVE_INFINITY : tokens;
    };
    const fitted = await fitPrompt(590, nonce(seededRandom(4)), corpusWords(2000, seededRandom(3)), bounded);
    expect(fitted.tokens).toBe(590);
  });

  it("another nonce leaves the length and changes the start", async () => {
    const first = nonce(seededRandom(1));
    const second = nonce(seededRandom(2));
    expect(first).not.toBe(second);
    expect(await count(first)).toBe(await count(second));
  });

  it("says when template and nonce alone are longer", async () => {
    await expect(fitPrompt(16, nonce(seededRandom(1)), corpusWords(50, seededRandom(1)), count)).rejects.toMatchObject({
      code: "INVALID_CONFIG",
    });
  });
});

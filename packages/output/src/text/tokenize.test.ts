import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachTerm, termsOf } from "./tokenize.js";

describe("terms", () => {
  it("are words in lower case and without accents", () => {
    expect(termsOf("Don't PANIC: num_ctx=4096, Crème brûlée!")).toEqual([
      "don",
      "t",
      "panic",
      "num",
      "ctx",
      "4096",
      "creme",
      "brulee",
    ]);
  });

  it("are characters and pairs where a script has no spaces", () => {
    expect(termsOf("黒猫です")).toEqual(["黒", "猫", "黒猫", "て", "猫て", "す", "てす"]);
  });

  it("can always be stored, and lie where they say", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        forEachTerm(text, (term, start, end) => {
          expect(Buffer.from(term).toString()).toBe(term);
          expect(term.length).toBeGreaterThan(0);
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        });
      }),
    );
  });

  it("are the same for a text and for its terms", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 80 }), (text) => {
        expect(termsOf(termsOf(text).join(" "))).toEqual(termsOf(text));
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StreamSanitizer, sanitize } from "./sanitize.js";

/** Everything that a terminal could obey. */
const DANGEROUS_RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
const DANGEROUS = new RegExp(`[${DANGEROUS_RANGES}]`);

describe("sanitize", () => {
  const cases: [what: string, text: string, shown: string][] = [
    ["colour", "a\u001b[31mred\u001b[0mb", "aredb"],
    ["window title", "a\u001b]0;title\u0007b", "ab"],
    ["clipboard", "a\u001b]52;c;ZXZpbA==\u001b\\b", "ab"],
    ["link", "\u001b]8;;http://evil\u0007text\u001b]8;;\u0007", "text"],
    ["device control", "a\u001bPq#0\u001b\\b", "ab"],
    ["C1 forms", "a\u009b31mb\u009d0;t\u009cc", "abc"],
    ["character set and reset", "a\u001b(Bb\u001bcc", "abc"],
    ["overwriting", "honest\rhidden\b\b", "honest<U+000D>hidden<U+0008><U+0008>"],
    ["reversed direction", "a\u202eb", "a<U+202E>b"],
    ["line breaks and tabs", "a\r\nb\tc\n", "a\nb\tc\n"],
    ["other scripts and emoji", "日本 👩‍👩‍👧 é", "日本 👩‍👩‍👧 é"],
    ["lone escape", "a\u001b", "a<U+001B>"],
  ];
  it.each(cases)("%s", (_what, text, shown) => {
    expect(sanitize(text)).toBe(shown);
  });

  it("holds a device control back whose name came in the chunk before its text", () => {
    const stream = new StreamSanitizer();
    const shown = ["a\u001b", "P", "q#0\u0007", "b"].map((part) => stream.push(part)).join("") + stream.end();
    expect(shown).toBe("ab");
  });

  it("lets nothing through that a terminal could obey, and says the same in pieces as in one", () => {
    const piece = fc.constantFrom(
      "\u001b",
      "[",
      "]",
      "31m",
      "\u0007",
      "\\",
      "a",
      "\r",
      "\n",
      "\u009b",
      "\u009d",
      ";",
      "P",
      "^",
      "(",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const stream = new StreamSanitizer();
        const inPieces = pieces.map((part) => stream.push(part)).join("") + stream.end();
        expect(inPieces).not.toMatch(DANGEROUS);
        expect(inPieces).toBe(sanitize(pieces.join("")));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("long texts", () => {
  const LENGTH = 300_000;
  const runs: [what: string, piece: string][] = [
    ["the beginnings of texts", "\u009d"],
    ["the two-character form", "\u001b]"],
    ["the beginnings of parameters", "\u001b[0;"],
    ["escapes", "\u001b"],
    ["blanks after an escape", "\u001b "],
    ["carriage returns", "\r"],
    ["titles that never end", "\u001b]0;a"],
  ];
  // A pattern that is quadratic takes minutes for these; the bound is for a busy machine.
  it.each(runs)("of %s are read once", (_what, piece) => {
    const text = piece.repeat(LENGTH / piece.length);
    const startMs = performance.now();
    const shown = sanitize(text);
    const stream = new StreamSanitizer();
    let inPieces = "";
    for (let at = 0; at < text.length; at += 10_000) inPieces += stream.push(text.slice(at, at + 10_000));
    inPieces += stream.end();
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(shown).not.toMatch(DANGEROUS);
    expect(inPieces).not.toMatch(DANGEROUS);
  });
});

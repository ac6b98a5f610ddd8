import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, TextPieces } from "./text-pieces.js";

const TEXT = "Grüße, 世界 🌍!\r\n{}";
const swapped = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("decodeText", () => {
  it.each([
    ["UTF-8", Buffer.from(TEXT)],
    ["UTF-8 with its mark", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-16 LE by its mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
    ["UTF-16 BE by its mark", swapped(`\uFEFF${TEXT}`)],
  ])("reads %s", (_, bytes) => {
    expect(decodeText(bytes, "a.txt")).toBe(TEXT);
  });

  it("reads nothing as nothing", () => {
    for (const text of ["", "\uFEFF"]) expect(decodeText(Buffer.from(text), "a.txt")).toBe("");
  });

  it.each([
    ["Latin-1", Buffer.from('{"prompt":"caf\xe9 au lait"}', "latin1"), 14, "0xe9"],
    ["a character that is cut off", Buffer.from("ab–").subarray(0, 4), 2, "0xe2"],
    ["a stray byte right after a character", Buffer.from([0xc3, 0xa9, 0x80]), 2, "0x80"],
    ["an overlong form", Buffer.from([0x61, 0xc0, 0x80]), 1, "0xc0"],
    ["a surrogate in UTF-8", Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1, "0xed"],
    ["what is above U+10FFFF", Buffer.from([0xf4, 0x90, 0x80, 0x80]), 0, "0xf4"],
    ["a fault behind the mark", Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff]), 4, "0xff"],
    ["UTF-16 LE without its mark", Buffer.from("abc", "utf16le"), 1, "NUL"],
    ["binary data", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 4, "NUL"],
    ["UTF-16 of an odd length", Buffer.from("\uFEFFab", "utf16le").subarray(0, 5), 4, "half a character"],
    ["half a pair in UTF-16", Buffer.from("\uFEFFa\ud83cb", "utf16le"), 4, "half a character"],
    ["a NUL in UTF-16", swapped("\uFEFFab\0"), 6, "NUL"],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 0, "UTF-32"],
  ])("refuses %s, with the name and the place", (_, bytes, offset, what) => {
    expect(() => decodeText(bytes, "a.txt")).toThrow(
      expect.objectContaining({
        code: "INVALID_REQUEST",
        message: expect.stringMatching(new RegExp(`a\\.txt.*${what}.*byte ${offset}\\.`)),
        details: { source: "a.txt", offset },
      }),
    );
  });

  it("takes U+FFFD that stands in the file as such", () => {
    expect(decodeText(Buffer.from("a\uFFFDb"), "a.txt")).toBe("a\uFFFDb");
  });
});

describe("TextPieces", () => {
  it("gives what decodeText gives, wherever the pieces are cut", () => {
    const encoded = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(`\uFEFF${text}`, "utf16le")),
      fc.string({ unit: "binary" }).map((text) => swapped(`\uFEFF${text}`)),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(encoded, fc.array(fc.nat(5)), (bytes, cuts) => {
        const whole = outcome(() => decodeText(bytes, "x"));
        const inPieces = outcome(() => {
          const pieces = new TextPieces("x");
          let text = "";
          let at = 0;
          for (const length of cuts) {
            text += pieces.push(bytes.subarray(at, at + length));
            at += length;
          }
          return text + pieces.push(bytes.subarray(at)) + pieces.end();
        });
        expect(inPieces).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  it("gives each short line as soon as it is there", () => {
    const pieces = new TextPieces("x");
    expect([pieces.push(Buffer.from("a\n")), pieces.push(Buffer.from("b\n")), pieces.end()]).toEqual([
      "a\n",
      "b\n",
      "",
    ]);
  });

  it("agrees with the decoder of the platform about what is UTF-8", () => {
    const platform = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0x61, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f)),
        (list) => {
          const bytes = Uint8Array.from(list);
          const ours = outcome(() => decodeText(bytes, "x"));
          let theirs: string | undefined;
          try {
            theirs = platform.decode(bytes);
          } catch {
            theirs = undefined;
          }
          expect(typeof ours === "string" ? ours : undefined).toBe(theirs);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function outcome(run: () => string): string | { offset: unknown } {
  try {
    return run();
  } catch (error) {
    return { offset: (error as { details: { offset: unknown } }).details.offset };
  }
}

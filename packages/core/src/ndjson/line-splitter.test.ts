import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter, LineTooLongError } from "./line-splitter.js";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

function linesOf(pieces: Uint8Array[], maxLineBytes?: number): string[] {
  const splitter = new LineSplitter(decode, maxLineBytes);
  const lines: string[] = [];
  const drain = (): void => {
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) lines.push(line);
  };
  for (const piece of pieces) {
    splitter.push(piece);
    drain();
  }
  const last = splitter.flush();
  return last === undefined ? lines : [...lines, last];
}

function cut(bytes: Uint8Array, positions: number[]): Uint8Array[] {
  const sorted = [...new Set([0, ...positions.map((position) => position % (bytes.length + 1)), bytes.length])];
  sorted.sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe("a stream of lines cut anywhere", () => {
  const line = fc.string({ unit: "binary", maxLength: 60 }).map((text) => JSON.stringify({ text }));
  const separator = fc.constantFrom("\n", "\r\n", "\n\n", "\n  \n");

  it("gives the same lines", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(line, separator)), fc.array(fc.nat()), fc.boolean(), (lines, positions, closed) => {
        const text = lines.map(([content, end]) => content + end).join("");
        const bytes = new TextEncoder().encode(closed ? text : text.replace(/\s+$/, ""));
        expect(linesOf(cut(bytes, positions)).map((one) => JSON.parse(one))).toEqual(
          lines.map(([content]) => JSON.parse(content)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same lines byte by byte, with characters of two, three and four bytes", () => {
    const text = '{"a":"é"}\n{"b":"漢字"}\n\n{"c":"👩‍👩‍👧 ‏שלום"}\n';
    const bytes = new TextEncoder().encode(text);
    expect(linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(text.split("\n").filter(Boolean));
  });
});

describe("the limit of a line", () => {
  const limit = 1_000;

  it("takes a line of exactly the limit, however it is cut", () => {
    const bytes = new TextEncoder().encode(`${"x".repeat(limit)}\n`);
    expect(linesOf([bytes], limit)).toEqual(["x".repeat(limit)]);
    expect(linesOf(cut(bytes, [10, 500, 999]), limit)).toEqual(["x".repeat(limit)]);
  });

  it.each([
    ["whole", (bytes: Uint8Array) => [bytes]],
    ["in pieces", (bytes: Uint8Array) => cut(bytes, [300, 700, 1_000])],
    ["without an end", (bytes: Uint8Array) => [bytes.subarray(0, -1)]],
  ])("refuses a longer one that comes %s", (_how, pieces) => {
    const bytes = new TextEncoder().encode(`{}\n${"x".repeat(limit + 1)}\n`);
    expect(() => linesOf(pieces(bytes), limit)).toThrow(LineTooLongError);
  });

  it("counts bytes, not characters", () => {
    expect(() => linesOf([new TextEncoder().encode(`${"é".repeat(501)}\n`)], limit)).toThrow(/line 1 is longer/);
  });
});

it("numbers lines as an editor does, blank ones included", () => {
  const splitter = new LineSplitter(decode);
  splitter.push(new TextEncoder().encode("a\n\n\nb\nc"));
  const numbers: number[] = [];
  for (let line = splitter.next(); line !== undefined; line = splitter.next()) numbers.push(splitter.lineNumber);
  splitter.flush();
  expect([...numbers, splitter.lineNumber]).toEqual([1, 4, 5]);
});

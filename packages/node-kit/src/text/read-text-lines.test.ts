import { expect, it } from "vitest";
import { readTextLines } from "./read-text-lines.js";

async function linesOf(bytes: Buffer, size: number): Promise<string[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines = [];
  for await (const line of readTextLines(pieces(), "a.jsonl")) lines.push(line);
  return lines;
}

const LINES = ["first", "", "zwölf 🌍", "with \u2028 and \r inside", " last "];

it.each([1, 2, 3, 7, 1000])("gives the lines of pieces of %i bytes", async (size) => {
  for (const end of ["\n", "\r\n"]) {
    for (const text of [LINES.join(end), `\uFEFF${LINES.join(end)}${end}`]) {
      expect(await linesOf(Buffer.from(text), size)).toEqual(LINES);
    }
    expect(await linesOf(Buffer.from(`\uFEFF${LINES.join(end)}`, "utf16le"), size)).toEqual(LINES);
  }
});

it("keeps empty lines at the end and gives none for no text", async () => {
  expect(await linesOf(Buffer.from("a\n\n"), 2)).toEqual(["a", ""]);
  expect(await linesOf(Buffer.alloc(0), 2)).toEqual([]);
});

it("refuses what is no text with its place in the whole", async () => {
  await expect(linesOf(Buffer.from("first\nsecond \xe9t\xe9\n", "latin1"), 4)).rejects.toMatchObject({
    code: "INVALID_REQUEST",
    details: { source: "a.jsonl", offset: 13 },
  });
});

import { mkdtemp, open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileLines } from "@codo/ollama-node-kit";
import { expect, it } from "vitest";
import { LineReader } from "./line-reader.js";

it("finds each line again where readFileLines saw it, in any order and of any length", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "codo-lines-")), "lines");
  const lines = Array.from({ length: 300 }, (_, index) => `${index} ü ${"–".repeat((index * 7919) % 5000)}`);
  lines[150] = "long ".repeat(100_000);
  await writeFile(path, `${lines.join("\n")}\n`);
  const places: number[] = [];
  for await (const { text, offset, isComplete } of readFileLines(path)) {
    expect([text, isComplete]).toEqual([lines[places.length], true]);
    places.push(offset);
  }
  const file = await open(path);
  try {
    const reader = new LineReader(file);
    for (const index of [0, 1, 2, 299, 150, 151, 149, 7, 150, 0, 298]) {
      expect(await reader.readAt(places[index] ?? -1)).toBe(lines[index]);
    }
  } finally {
    await file.close();
  }
});

import { expect, it } from "vitest";
import { BufferCollector } from "./collect-buffers.js";

const PIECE_BYTES = 2 ** 16;

it("frees what a download has read long before V8 would, and leaves no function behind", () => {
  const collector = new BufferCollector();
  const before = process.memoryUsage().arrayBuffers;
  let mostBytes = 0;
  for (let read = 0; read < 64 * 2 ** 20; read += PIECE_BYTES) {
    new Uint8Array(PIECE_BYTES).fill(1);
    collector.read(PIECE_BYTES);
    mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - before);
  }
  expect(mostBytes).toBeLessThan(16 * 2 ** 20);
  expect("gc" in globalThis).toBe(false);
});

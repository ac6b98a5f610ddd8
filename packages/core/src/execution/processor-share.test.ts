import { expect, it } from "vitest";
import { processorShare } from "./processor-share.js";

it.each([
  [100, 0, "100% CPU"],
  [100, 100, "100% GPU"],
  [100, 52, "48%/52% CPU/GPU"],
  [0, 5, "Unknown"],
  [5, 10, "Unknown"],
])("says of %i bytes with %i in VRAM: %s", (size, vram, expected) => {
  expect(processorShare(size, vram)).toBe(expected);
});

import { expect, it } from "vitest";
import { availableInGroup, availableMemory, parseMemory } from "./available-memory.js";

it.each([
  ["8GB", 8e9],
  ["1.5 gb", 1.5e9],
  ["300MB", 3e8],
  ["1234", 1234],
  ["", undefined],
  ["much", undefined],
])("%j is %j bytes", (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

it("is what the user says, or some of this machine's", () => {
  expect(availableMemory({ CODO_ENGINE_MEMORY: "2GB" })).toBe(2e9);
  expect(availableMemory({})).toBeGreaterThan(1e6);
});

it("in a container is the limit but for what can't be let go", () => {
  expect(availableInGroup("1000000\n", "anon 300000\nfile 600000\nkernel 50000\n")).toBe(650_000);
  expect(availableInGroup("max\n", "anon 300000\n")).toBe(Number.POSITIVE_INFINITY);
  expect(availableInGroup("", "")).toBe(Number.POSITIVE_INFINITY);
});

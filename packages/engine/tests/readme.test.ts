import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { startEngine } from "../src/index.js";

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), "utf8");

it("has the fixture in the README that is run as a test here", async () => {
  const example = await read("readme-fixture.test.ts");
  expect(await read("../README.md")).toContain(example);
});

it("answers the README's first question", async () => {
  await using engine = await startEngine();
  const response = await fetch(`${engine.url}/api/generate`, {
    method: "POST",
    body: JSON.stringify({ model: "codo-tiny", prompt: "What is the capital of France?", stream: false }),
  });
  expect(await response.text()).toContain("Paris");
});

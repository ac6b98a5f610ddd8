import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, expect, it } from "vitest";
import { askAiSdk } from "../examples/other-clients/src/ai-sdk.js";
import { askLangchain } from "../examples/other-clients/src/langchain.js";
import { askOfficial } from "../examples/other-clients/src/official.js";
import { askOpenai } from "../examples/other-clients/src/openai.js";
import { startEngine } from "../examples/other-clients/src/start-server.js";

let engine: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

it.each([
  ["the official client", askOfficial],
  ["LangChain", askLangchain],
  ["the AI SDK", askAiSdk],
  ["openai", askOpenai],
])("%s gets the model's answer through createFetch()", async (_, ask) => {
  expect(await ask(engine.url)).toMatch(/blue/i);
});

it("the page shows what the programs do", async () => {
  const page = await readFile("docs/other-clients.md", "utf8");
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, block = ""]) => block);
  expect(blocks).toHaveLength(4);
  for (const [index, name] of ["official", "openai", "langchain", "ai-sdk"].entries()) {
    const source = await readFile(`examples/other-clients/src/${name}.ts`, "utf8");
    for (const line of (blocks[index] ?? "").split("\n")) expect(source).toContain(line);
  }
});

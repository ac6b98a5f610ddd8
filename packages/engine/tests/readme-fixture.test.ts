import { type Engine, startEngine } from "@codo/ollama-engine";
import { afterAll, beforeAll, expect, test } from "vitest";

let engine: Engine;

beforeAll(async () => {
  engine = await startEngine();
});

afterAll(() => engine.stop());

test("my application asks its question", async () => {
  const response = await fetch(`${engine.url}/api/chat`, {
    method: "POST",
    body: JSON.stringify({
      model: "codo-tiny",
      messages: [{ role: "user", content: "What is the capital of France?" }],
      think: false,
      stream: false,
    }),
  });
  const answer = (await response.json()) as { message: { content: string } };
  expect(answer.message.content).toContain("Paris");
});

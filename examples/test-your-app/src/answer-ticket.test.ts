import { createExecutor, type ModelExecutor, OllamaClient } from "@codo/ollama-core";
import { type Engine, startEngine } from "@codo/ollama-engine";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerTicket } from "./answer-ticket.js";

// A real server with a real model, for as long as these tests run: nothing to install or to pull.
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const models = (): ModelExecutor => createExecutor(new OllamaClient({ host: engine.url }));

it("answers a ticket", async () => {
  expect(await answerTicket(models(), "codo-tiny", "What is the capital of France?")).toMatch(/Paris/);
});

it("has words for the customer where the model is missing", async () => {
  expect(await answerTicket(models(), "not-there", "Where is my refund?")).toBe("Somebody will answer you soon.");
});

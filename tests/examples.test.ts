import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { batchThatSurvives } from "../examples/tour/src/batch-that-survives.js";
import { measureAModel } from "../examples/tour/src/measure-a-model.js";
import { streamAnAnswer } from "../examples/tour/src/stream-an-answer.js";

it("the README's example streams an answer that the model computed, another one for another prompt", async () => {
  const answer = async (prompt: string): Promise<string> => {
    let text = "";
    await streamAnAnswer(prompt, (part) => {
      text += part;
    });
    return text;
  };
  const sky = await answer("Why is the sky blue?");
  expect(sky).toMatch(/blue/i);
  expect(await answer("What is the capital of France?")).toMatch(/Paris/);
});

it("a batch keeps its answers and is not run twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "codo-example-"));
  try {
    const prompts = ["What is the capital of France?", "What is the capital of Japan?"];
    const first = await batchThatSurvives(prompts, folder);
    expect(first[0]).toMatch(/Paris/);
    expect(first[1]).toMatch(/Tokyo/);
    expect(await batchThatSurvives(prompts, folder)).toEqual(first);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("a model is measured on a server of its own", async () => {
  expect(await measureAModel(["Why is the sky blue?"])).toMatch(/ttft_ms +\d/);
});

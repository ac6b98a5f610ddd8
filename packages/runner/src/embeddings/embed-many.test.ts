import { type EmbeddingRequest, OllamaError } from "@codo/ollama-contract";
import { expect, it } from "vitest";
import { ModelRunner } from "../runner/model-runner.js";
import { ScriptedExecutor } from "../testing.js";

/** Fails on "bad", is too short for "long", and is down for "down". */
class EmbeddingExecutor extends ScriptedExecutor {
  readonly asked: EmbeddingRequest[] = [];

  override async embed(request: EmbeddingRequest): Promise<{ model: string; embeddings: number[][] }> {
    this.asked.push(request);
    const has = (word: string): boolean => request.input.some((text) => text.includes(word));
    if (has("down")) throw new OllamaError("SERVER_UNAVAILABLE", "Nobody answers.");
    if (has("bad")) throw new OllamaError("SERVER_ERROR", "unsupported value: NaN.");
    if (has("long") && request.truncate === false) throw new OllamaError("CONTEXT_OVERFLOW", "It is too long.");
    return { model: request.model, embeddings: request.input.map((text) => [text.length, 1]) };
  }
}

const texts = (count: number, odd: Record<number, string> = {}): string[] =>
  Array.from({ length: count }, (_, index) => odd[index] ?? `t${index}`);

it("one bad text costs only its own vector, in few requests", async () => {
  const executor = new EmbeddingExecutor();
  const all = texts(600, { 300: "bad", 301: "bad too" });
  const { embeddings, failures, requests } = await new ModelRunner(executor).embedMany("m", all, { onError: "skip" });
  expect(embeddings.map((vector) => vector !== null)).toEqual(all.map((text) => !text.includes("bad")));
  expect(failures.map(({ index, error }) => [index, error.code, error.details.index])).toEqual([
    [300, "SERVER_ERROR", 300],
    [301, "SERVER_ERROR", 301],
  ]);
  expect(requests).toBeLessThan(10 + 2 * 2 * 7);
});

it("or is named by the error, and what came is kept by who asked for it", async () => {
  const kept: number[] = [];
  const call = { maxInputs: 4, concurrency: 1, onVector: (_vector: number[], index: number) => kept.push(index) };
  const failing = new ModelRunner(new EmbeddingExecutor()).embedMany("m", texts(9, { 6: "bad" }), call);
  await expect(failing).rejects.toMatchObject({
    code: "SERVER_ERROR",
    details: { index: 6, firstInput: 6, lastInput: 6 },
  });
  expect(kept).toEqual([0, 1, 2, 3, 4, 5]);
});

it("a text that the model is too short for is cut and told, refused where it may not be cut", async () => {
  const runner = new ModelRunner(new EmbeddingExecutor());
  const { embeddings, truncated } = await runner.embedMany("m", texts(5, { 2: "long" }));
  expect([embeddings.length, truncated]).toEqual([5, [2]]);
  const refused = runner.embedMany("m", texts(5, { 2: "long" }), { truncate: false });
  await expect(refused).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW", details: { index: 2 } });
});

it("what is no text's fault ends the call at once", async () => {
  const executor = new EmbeddingExecutor();
  const call = { onError: "skip" as const, concurrency: 1 };
  await expect(new ModelRunner(executor).embedMany("m", texts(64, { 9: "down" }), call)).rejects.toMatchObject({
    code: "SERVER_UNAVAILABLE",
  });
  expect(executor.asked).toHaveLength(1);
  await expect(new ModelRunner(executor).embedMany("m", Array(64).fill("bad"), call)).rejects.toMatchObject({
    code: "SERVER_ERROR",
  });
  expect(executor.asked.length).toBeLessThan(40);
});

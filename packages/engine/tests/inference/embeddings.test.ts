import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceProcess } from "../../src/inference/inference-contract.js";
import { startInference } from "../../src/inference/start-inference.js";
import { CODO_TINY, collect, request } from "./inference-fixtures.js";

describe("embeddings of a completion model", () => {
  let engine: InferenceProcess;
  beforeAll(async () => {
    engine = await startInference({
      modelPath: CODO_TINY,
      numCtx: 256,
      parallel: 1,
      embedding: true,
      pooling: "mean",
    });
  });
  afterAll(() => engine.stop());

  const long = "word ".repeat(1000);

  it("gives one vector for each input, the same for the same text", async () => {
    const { vectors, promptCount } = await engine.embed(["The sky is blue.", "dogs", "The sky is blue."], {
      truncate: true,
    });
    expect(vectors.map((vector) => vector.length)).toEqual(new Array(3).fill(engine.info.embeddingLength));
    expect(vectors[2]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    expect(promptCount).toBe(
      (await engine.tokenize("The sky is blue.")).length * 2 + (await engine.tokenize("dogs")).length,
    );
  });

  it("pools over all tokens: the order of two halves matters little, their content much", async () => {
    const { vectors } = await engine.embed(["red green blue", "blue green red", "Paris is a city in France."], {
      truncate: true,
    });
    const [one = [], turned = [], other = []] = vectors;
    expect(cosine(one, turned)).toBeGreaterThan(cosine(one, other));
  });

  it("differs from the vector of the last token", async () => {
    const last = await startInference({
      modelPath: CODO_TINY,
      numCtx: 256,
      parallel: 1,
      embedding: true,
      pooling: "last",
    });
    const [mean, end] = await Promise.all(
      [engine, last].map((model) => model.embed(["red green"], { truncate: true })),
    );
    expect(end?.vectors[0]).not.toEqual(mean?.vectors[0]);
    await last.stop();
  });

  it("cuts an input that is too long to the window, or refuses it", async () => {
    expect((await engine.embed([long], { truncate: true })).promptCount).toBe(256);
    await expect(engine.embed([long], { truncate: false })).rejects.toMatchObject({
      reason: "context",
      message: "the input length exceeds the context length",
    });
  });

  it("can be aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("gone");
    const embedding = engine.embed(new Array(500).fill(long), { truncate: true }, controller.signal);
    controller.abort(reason);
    await expect(embedding).rejects.toBe(reason);
    expect((await engine.embed(["x"], { truncate: true })).vectors).toHaveLength(1);
  });

  it("does not generate", async () => {
    await expect(collect(engine.generate(request("Hi")))).rejects.toMatchObject({ reason: "input" });
  });
});

function cosine(a: number[], b: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

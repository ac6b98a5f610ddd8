import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceProcess, SamplingOptions } from "../../src/inference/inference-contract.js";
import { startInference } from "../../src/inference/start-inference.js";
import { CODO_TINY, chat, collect, GREEDY, request } from "./inference-fixtures.js";

const question = chat("What is the capital of France?");
const story = chat("Tell me a short story about a dog.");

describe("sampling", () => {
  let engine: InferenceProcess;
  beforeAll(async () => {
    engine = await startInference({ modelPath: CODO_TINY, numCtx: 1024, parallel: 2 });
  });
  afterAll(() => engine.stop());

  const tell = (sampling: Partial<SamplingOptions>, prompt = story) =>
    collect(engine.generate(request(prompt, { numPredict: 40, sampling: { ...GREEDY, ...sampling } })));
  const hot = { temperature: 3, topK: 0, topP: 1 };

  it.each([
    ["top_k 1", { ...hot, topK: 1 }],
    ["top_p 0", { ...hot, topP: 0 }],
    ["min_p 1", { ...hot, minP: 1 }],
  ])("takes the likeliest token with %s, however hot", async (_name, sampling) => {
    expect((await tell({ ...sampling, seed: 7 })).text).toBe((await tell({})).text);
  });

  it.each([
    ["native", hot],
    ["typical_p", { ...hot, temperature: 2, typicalP: 0.95 }],
  ])("is determined by the seed (%s)", async (_name, sampling) => {
    const first = await tell({ ...sampling, seed: 1 });
    const again = await tell({ ...sampling, seed: 1 });
    const other = await tell({ ...sampling, seed: 2 });
    expect(again.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  it("chooses a seed of its own for -1", async () => {
    const texts = await Promise.all([1, 2, 3].map(() => tell({ ...hot, seed: -1 })));
    expect(new Set(texts.map(({ text }) => text)).size).toBeGreaterThan(1);
  });

  it("narrows the choice with typical_p", async () => {
    const distinct = async (typicalP: number) => {
      const runs = await Promise.all(
        Array.from({ length: 12 }, (_, seed) =>
          collect(
            engine.generate(
              request(story, { numPredict: 1, sampling: { ...GREEDY, ...hot, temperature: 5, typicalP, seed } }),
            ),
          ),
        ),
      );
      return new Set(runs.map(({ text }) => text)).size;
    };
    expect(await distinct(0.01)).toBe(1);
    expect(await distinct(1)).toBeGreaterThan(1);
  });

  it.each([
    ["repeat_penalty", { repeatPenalty: 1e6 }],
    ["presence_penalty", { presencePenalty: 100 }],
    ["frequency_penalty", { frequencyPenalty: 100 }],
  ])("never repeats a token of the window under a huge %s", async (_name, penalty) => {
    const { done } = await tell({ ...penalty, repeatLastN: 1000 });
    expect(new Set(done.tokens).size).toBe(done.tokens.length);
    const prompt = await engine.tokenize(story);
    expect(done.tokens.filter((token) => prompt.includes(token))).toEqual([]);
  });

  it("lets penalties look back no further than the window", async () => {
    const { done } = await tell({ presencePenalty: 100, repeatLastN: 2 });
    const near = done.tokens.filter((token, i) => i > 0 && token === done.tokens[i - 1]);
    expect(near).toEqual([]);
    expect(new Set(done.tokens).size).toBeLessThan(done.tokens.length);
    expect((await tell({ presencePenalty: 100, repeatLastN: 0 })).text).toBe((await tell({})).text);
  });

  it("gives log-probabilities of the model itself, also at temperature > 0", async () => {
    const all = 1341;
    const { logprobs, done } = await collect(engine.generate(request(question, { topLogprobs: all, numPredict: 3 })));
    expect(logprobs).toHaveLength(done.evalCount);
    for (const { logprob, topLogprobs = [] } of logprobs) {
      expect(topLogprobs).toHaveLength(all);
      const total = topLogprobs.reduce((sum, candidate) => sum + Math.exp(candidate.logprob), 0);
      expect(total).toBeCloseTo(1, 3);
      expect(topLogprobs[0]?.logprob).toBe(logprob);
    }
    const warm = await collect(
      engine.generate(request(question, { topLogprobs: 2, numPredict: 1, sampling: { ...GREEDY, temperature: 0.1 } })),
    );
    expect(warm.logprobs[0]?.topLogprobs).toHaveLength(2);
    expect(warm.logprobs[0]?.logprob).toBeCloseTo(logprobs[0]?.logprob ?? 0, 4);
  });

  it("gives the token alone with 0 candidates, with its exact bytes", async () => {
    const { logprobs, text } = await collect(engine.generate(request(question, { topLogprobs: 0 })));
    expect(logprobs.every((entry) => entry.topLogprobs === undefined)).toBe(true);
    expect(Buffer.from(logprobs.flatMap(({ bytes }) => bytes)).toString()).toBe(text);
  });
});

describe("grammars", () => {
  let engine: InferenceProcess;
  beforeAll(async () => {
    engine = await startInference({ modelPath: CODO_TINY, numCtx: 1024, parallel: 2 });
  });
  afterAll(() => engine.stop());

  it.each([
    ["greedy", {}],
    ["hot", { temperature: 2, seed: 3 }],
    ["typical", { temperature: 2, typicalP: 0.9, seed: 3 }],
  ])("keeps the output to the grammar (%s)", async (_name, sampling) => {
    const grammar = 'root ::= "{\\"n\\":" [0-9] [0-9] [0-9] "}"';
    const { text, done } = await collect(
      engine.generate(request(question, { grammar, sampling: { ...GREEDY, ...sampling } })),
    );
    expect(text).toMatch(/^\{"n":\d{3}\}$/);
    expect(done.reason).toBe("stop");
  });

  it("leaves the output free until the trigger has been seen", async () => {
    const { text } = await collect(
      engine.generate(request(question, { grammar: 'root ::= " YES"', grammarAfter: "capital" })),
    );
    expect(text).toBe("The capital YES");
  });

  it("refuses a grammar that does not parse, and lives on", async () => {
    const broken = collect(engine.generate(request(question, { grammar: "root ::= (" })));
    await expect(broken).rejects.toMatchObject({ reason: "grammar", code: "INVALID_REQUEST" });
    expect((await collect(engine.generate(request(question)))).done.reason).toBe("stop");
  });
});

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerateEvent, GenerateRequest, InferenceProcess } from "./inference-contract.js";
import { startInference } from "./start-inference.js";

const CODO_TINY = fileURLToPath(new URL("../../models/codo-tiny/codo-tiny.gguf", import.meta.url));
const MODELS = new URL("../../../test-utils/transcripts/models/", import.meta.url);
const ENDLESS = fileURLToPath(new URL("tiny-endless.gguf", MODELS));

const GREEDY: GenerateRequest["sampling"] = {
  temperature: 0,
  topK: 40,
  topP: 0.9,
  minP: 0,
  typicalP: 1,
  repeatLastN: 64,
  repeatPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
  seed: -1,
};

function request(prompt: string | number[], overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  return { prompt, sampling: GREEDY, numPredict: 32, numKeep: 4, stop: [], truncate: true, shift: true, ...overrides };
}

const chat = (text: string): string => `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`;

async function collect(events: AsyncIterable<GenerateEvent>) {
  let text = "";
  const pieces: string[] = [];
  const logprobs: NonNullable<Extract<GenerateEvent, { type: "token" }>["logprobs"]> = [];
  let done: Extract<GenerateEvent, { type: "done" }> | undefined;
  for await (const event of events) {
    if (event.type === "token") {
      text += event.text;
      pieces.push(event.text);
      logprobs.push(...(event.logprobs ?? []));
    }
    if (event.type === "done") done = event;
  }
  if (done === undefined) throw new Error("the generation ended without done");
  return { text, pieces, logprobs, done };
}

const question = chat("What is the capital of France?");

describe("an inference process", () => {
  let engine: InferenceProcess;
  beforeAll(async () => {
    engine = await startInference({ modelPath: CODO_TINY, numCtx: 2048, parallel: 2 });
  });
  afterAll(() => engine.stop());

  it("generates the same text twice at temperature 0, and reuses the prompt", async () => {
    const first = await collect(engine.generate(request(question)));
    const second = await collect(engine.generate(request(question)));
    expect(first.text).toBe("The capital of France is Paris.");
    expect(second.text).toBe(first.text);
    expect(first.done).toMatchObject({ reason: "stop", evalCount: first.done.tokens.length + 1 });
    expect(second.done.cachedCount).toBe(second.done.promptCount - 1);
    expect(first.done.promptNs).toBeGreaterThan(0);
    expect(first.done.evalNs).toBeGreaterThan(0);
  });

  it("gives back the text of the tokens that it reports", async () => {
    const { text, done } = await collect(engine.generate(request(question)));
    expect(await engine.detokenize(done.tokens)).toBe(text);
    expect(await engine.detokenize(await engine.tokenize("Grüße, 世界 🎈"))).toBe("Grüße, 世界 🎈");
  });

  it("ends at numPredict with length", async () => {
    const { done } = await collect(engine.generate(request(question, { numPredict: 3 })));
    expect(done).toMatchObject({ reason: "length", evalCount: 3 });
  });

  it("holds a stop string back across tokens", async () => {
    const { text, pieces, done } = await collect(engine.generate(request(question, { stop: ["of France"] })));
    expect(text).toBe("The capital ");
    expect(pieces.join("")).toBe(text);
    expect(done.reason).toBe("stop");
  });

  it("says the same with the same seed", async () => {
    const sampling = { ...GREEDY, temperature: 1.5, topP: 1, topK: 0, seed: 42 };
    const run = (seed: number) =>
      collect(engine.generate(request(chat("Tell me a story."), { sampling: { ...sampling, seed } })));
    const [first, second, other] = [await run(42), await run(42), await run(43)];
    expect(second.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  it("computes more generations than it has sequences", async () => {
    const runs = Array.from({ length: 5 }, () => collect(engine.generate(request(question))));
    for (const { text } of await Promise.all(runs)) expect(text).toBe("The capital of France is Paris.");
  });

  it("rejects with the signal's reason and serves the next one", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const run = async () => {
      for await (const event of engine.generate(request(question), controller.signal)) {
        if (event.type === "start") controller.abort(reason);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect((await collect(engine.generate(request(question)))).text).toBe("The capital of France is Paris.");
  });

  it("refuses tokens that the model does not have, and lives on", async () => {
    await expect(collect(engine.generate(request([999_999])))).rejects.toMatchObject({ reason: "input" });
    await expect(engine.detokenize([-1])).rejects.toMatchObject({ reason: "input" });
    expect((await collect(engine.generate(request(question)))).done.reason).toBe("stop");
  });
});

describe("startInference", () => {
  it("rejects a file that is no model", async () => {
    const start = startInference({ modelPath: fileURLToPath(import.meta.url), numCtx: 512, parallel: 1 });
    await expect(start).rejects.toMatchObject({ reason: "load" });
  });

  it("rejects all generations with a typed error when the process dies", async () => {
    const engine = await startInference({ modelPath: ENDLESS, numCtx: 512, parallel: 1 });
    const run = async () => {
      for await (const event of engine.generate(request("Hi", { numPredict: -1 }))) {
        if (event.type === "token") process.kill(engine.pid, "SIGKILL");
      }
    };
    await expect(run()).rejects.toMatchObject({ reason: "exited" });
    expect(await engine.exited).toMatchObject({ signal: "SIGKILL" });
    await expect(engine.tokenize("x")).rejects.toMatchObject({ reason: "exited" });
  });
});

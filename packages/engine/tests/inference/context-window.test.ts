import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceProcess } from "../../src/inference/inference-contract.js";
import { startInference } from "../../src/inference/start-inference.js";
import { collect, ENDLESS, REPEAT, request } from "./inference-fixtures.js";

describe("the context window", () => {
  let engine: InferenceProcess;
  beforeAll(async () => {
    engine = await startInference({ modelPath: ENDLESS, numCtx: 64, parallel: 1 });
  });
  afterAll(() => engine.stop());

  const long = "The sky is blue. ".repeat(80).trim();

  it("is at least 256 tokens", () => {
    expect(engine.info).toMatchObject({ numCtx: 256, trainContextLength: 2048 });
  });

  it("cuts a prompt of 400 tokens to 130, as recorded in generate-too-long-truncated", async () => {
    expect(await engine.tokenize(long)).toHaveLength(400);
    const { done } = await collect(engine.generate(request(long, { numPredict: 3 })));
    expect(done).toMatchObject({ promptCount: 130, reason: "length" });
  });

  it("refuses to cut when it must not", async () => {
    await expect(collect(engine.generate(request(long, { truncate: false })))).rejects.toMatchObject({
      reason: "context",
      code: "CONTEXT_OVERFLOW",
      message: "request (400 tokens) exceeds the available context size (256 tokens), try increasing it",
    });
  });

  it("ends with length when it is full and must not shift, as recorded in generate-shift-false", async () => {
    const { done } = await collect(engine.generate(request("Hi", { numPredict: -1, shift: false })));
    expect(done).toMatchObject({ reason: "length", promptCount: 2, evalCount: 254 });
  });

  it("shifts and goes on by default, as recorded in generate-server-limit", async () => {
    const { done, text } = await collect(engine.generate(request("Hi", { numPredict: 640 })));
    expect(done).toMatchObject({ reason: "length", evalCount: 640 });
    expect(text.startsWith(" the sky is blue the sky is blue")).toBe(true);
    expect(text.endsWith("the sky is blue the sky is blue")).toBe(true);
  });

  it("still reuses the prompt after a shift", async () => {
    await collect(engine.generate(request("Hi", { numPredict: 300 })));
    const { text } = await collect(engine.generate(request("Hi", { numPredict: 8 })));
    expect(text).toBe(" the sky is blue the sky is blue");
  });

  it("gives up endless repetition without a done line, as recorded in generate-repeat-stream", async () => {
    const repeat = await startInference({ modelPath: REPEAT, numCtx: 256, parallel: 1 });
    const { pieces, done } = await collect(repeat.generate(request("Hi", { numPredict: 200, repeatLimit: 30 })));
    expect(pieces).toEqual(new Array(31).fill(" the"));
    expect(done.reason).toBe("repeat");
    const unlimited = await collect(repeat.generate(request("Hi", { numPredict: 100 })));
    expect(unlimited.done).toMatchObject({ reason: "length", evalCount: 100 });
    await repeat.stop();
  });
});

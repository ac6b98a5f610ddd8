import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { type Engine, startEngine } from "@codo/ollama-engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Conversation, ModelRunner } from "../src/index.js";
import { type RunningCutter, startCuttingOllama, tokensOf } from "./cutting-ollama.fixture.js";

const SAMPLES: Record<string, string> = {
  digits: "31415 92653 58979 ",
  code: "if (a[i] !== b[j]) { x += y * 2; } ",
  German: "Die Bürgermeisterin überprüfte die Straßenbeleuchtung größerer Städte. ",
  Japanese: "東京の天気は晴れで、とても暖かいです。",
  Russian: "Москва является столицей России и крупнейшим городом. ",
  English: "The old key is in the kitchen, beside the window. ",
};
const KINDS = Object.keys(SAMPLES);

/** A text of this kind with so many tokens, up to one sample more. */
function textOf(kind: string, tokens: number): string {
  const sample = SAMPLES[kind] ?? "";
  return sample.repeat(Math.ceil(tokens / tokensOf(sample)));
}

const chatOf = (content: string) => [{ role: "user", content }];
/** Answers that a caller wanted, not counts. */
const answers = (server: RunningCutter) => server.answered.filter(({ numPredict }) => numPredict !== 1);
const cuts = (server: RunningCutter) => server.answered.filter(({ tokens, read }) => read < tokens);

describe.each(KINDS)("a message of %s that is longer than the window", (kind) => {
  const long = textOf(kind, 3416);

  it("is reported as cut where no policy forbids it, and teaches the estimator nothing", async () => {
    await using server = await startCuttingOllama();
    const runner = new ModelRunner(server.executor);
    const { metadata } = await runner.runConversation("m", chatOf(long));
    expect(metadata.usage.promptTokens).toBe(1026);
    expect(metadata.contextTruncated).toBe(true);
    expect(runner.estimator.isCalibrated("m", long)).toBe(false);
    const streamed = await runner.stream({ model: "m", messages: chatOf(long) }).result;
    expect(streamed.metadata.contextTruncated).toBe(true);
  });

  it.each(["error", undefined] as const)("is refused with the policy %s, with its true size", async (policy) => {
    await using server = await startCuttingOllama();
    const chat = new Conversation(
      new ModelRunner(server.executor),
      "m",
      policy === undefined ? {} : { contextPolicy: policy },
    );
    await expect(chat.send(long)).rejects.toMatchObject({
      code: "CONTEXT_OVERFLOW",
      details: { tokens: tokensOf(long) + 3, budgetTokens: 1536 },
    });
    expect(answers(server)).toEqual([]);
  });

  it("is left out by `rolling` once it is old, which says so, and refused while it is the newest", async () => {
    await using server = await startCuttingOllama();
    const messages = [...chatOf(long), { role: "assistant", content: "Yes." }, ...chatOf("Who?")];
    const chat = new Conversation(new ModelRunner(server.executor), "m", { messages, contextPolicy: "rolling" });
    const { metadata } = await chat.send("And then?");
    expect(metadata.conversation).toMatchObject({ leftOut: 2, tokensBefore: tokensOf(long) + 3 + 5 + 5 + 7 });
    expect(metadata.contextTruncated).toBe(false);
    await expect(chat.send(long)).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
    expect(cuts(server)).toEqual([]);
  });

  it("is refused and reported also by way of a server that does not know `truncate`", async () => {
    await using server = await startCuttingOllama({ knowsTruncate: false });
    const runner = new ModelRunner(server.executor);
    await expect(new Conversation(runner, "m").send(long)).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
    expect(answers(server)).toEqual([]);
    const plain = await runner.runConversation("m", chatOf(long));
    expect(plain.metadata.contextTruncated).toBe(true);
    const asked = await runner.runConversation("m", chatOf(long), {}, { truncate: false });
    expect(asked.metadata.contextTruncated).toBe(true);
    expect(runner.estimator.isCalibrated("m", long)).toBe(false);
  });
});

describe("a message that fits", () => {
  it.each(KINDS)("of %s is sent whole and is reported as whole", async (kind) => {
    await using server = await startCuttingOllama();
    const runner = new ModelRunner(server.executor);
    const message = textOf(kind, 1400);
    const { metadata } = await new Conversation(runner, "m").send(message);
    expect(metadata.contextTruncated).toBe(false);
    expect(answers(server)).toMatchObject([{ truncate: false, tokens: tokensOf(message) + 3 }]);
    expect(runner.estimator.estimate("m", message) / tokensOf(message)).toBeCloseTo(1, 1);
  });

  it("and has just as many tokens as a cut leaves is not taken for a cut one", async () => {
    await using server = await startCuttingOllama();
    const { metadata } = await new ModelRunner(server.executor).runConversation("m", chatOf("1".repeat(1023)));
    expect(metadata.usage.promptTokens).toBe(1026);
    expect(metadata.contextTruncated).toBe(false);
  });

  it("is not asked about where it is too short to be cut", async () => {
    await using server = await startCuttingOllama();
    const chat = new Conversation(new ModelRunner(server.executor), "m");
    for (let turn = 0; turn < 5; turn++) {
      expect((await chat.send(`Turn ${turn}?`)).metadata.contextTruncated).toBe(false);
    }
    expect(server.answered).toHaveLength(5);
  });
});

it("is left open where the server gives no counts", async () => {
  await using server = await startCuttingOllama({ counts: false });
  const runner = new ModelRunner(server.executor);
  const { metadata } = await runner.runConversation("m", chatOf("7".repeat(3000)));
  expect(metadata).not.toHaveProperty("contextTruncated");
});

it("counts with the window of a wire-named option, so that a count loads nothing anew", async () => {
  await using server = await startCuttingOllama();
  const runner = new ModelRunner(server.executor);
  const options = { num_ctx: 2048 } as object;
  await expect(new Conversation(runner, "m", { options }).send(textOf("digits", 3416))).rejects.toMatchObject({
    details: { budgetTokens: 1536 },
  });
});

describe("on real inference", () => {
  let engine: Engine;
  const options = { temperature: 0, numCtx: 256, numPredict: 4 };
  const call = { think: false };
  beforeAll(async () => {
    engine = await startEngine({ parallel: 1 });
  });
  afterAll(() => engine.stop());

  it.each(KINDS)("a long message of %s is never cut in silence", async (kind) => {
    const runner = new ModelRunner(createExecutor(new OllamaClient({ host: engine.url })));
    const long = (SAMPLES[kind] ?? "").repeat(40);
    const alone = await runner.runConversation("codo-tiny", chatOf(long), options, call);
    expect(alone.metadata.error).toMatchObject({ code: "CONTEXT_OVERFLOW" });
    const messages = [...chatOf(long), { role: "assistant", content: "Yes." }];
    const dropped = await runner.runConversation("codo-tiny", [...messages, ...chatOf("Hello")], options, call);
    expect(dropped.metadata.contextTruncated).toBe(true);
    const strict = new Conversation(runner, "codo-tiny", { options });
    await expect(strict.send(long, call)).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
    const rolling = new Conversation(runner, "codo-tiny", { options, messages, contextPolicy: "rolling" });
    const { metadata } = await rolling.send("Hello", call);
    expect(metadata.conversation).toMatchObject({ leftOut: 2 });
    expect(metadata.contextTruncated).toBe(false);
  });
});

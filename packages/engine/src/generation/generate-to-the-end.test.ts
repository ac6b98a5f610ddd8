import { describe, expect, it } from "vitest";
import { schemaToGrammar } from "../grammar/schema-to-grammar.js";
import type { GenerateEvent, GenerateRequest, InferenceProcess } from "../inference/inference-contract.js";
import { generateAnswer } from "./generate-to-the-end.js";

const grammar = schemaToGrammar({ type: "object", properties: { a: { type: "string" } }, required: ["a"] });
const request: GenerateRequest & { prompt: string } = {
  prompt: "Say something.",
  sampling: {
    temperature: 1,
    topK: 40,
    topP: 0.9,
    minP: 0,
    typicalP: 1,
    repeatLastN: 64,
    repeatPenalty: 1,
    presencePenalty: 0,
    frequencyPenalty: 0,
    seed: 1,
  },
  numPredict: 100,
  numKeep: 4,
  stop: ["<|im_start|>"],
  truncate: true,
  shift: true,
};
const free = { grammar, ownLimit: false, ownStops: false };

/** A process that says what it is told to, one turn for each generation, and remembers what it was asked. */
function scripted(...turns: { text: string; reason: "stop" | "length" }[]) {
  const asked: GenerateRequest[] = [];
  const process: Pick<InferenceProcess, "generate" | "tokenize" | "info"> = {
    info: {
      numCtx: 512,
      trainContextLength: 512,
      embeddingLength: 1,
      sizeBytes: 1,
      vramBytes: 0,
      takesMedia: false,
      computedBy: "",
    },
    tokenize: async (text) => [...text].map((_, index) => index),
    generate: async function* (asks) {
      const turn = turns[asked.push(asks) - 1];
      if (!turn) throw new Error("one generation too many");
      const tokens = [...turn.text].map((_, index) => index);
      yield { type: "start", promptTokens: [1] };
      for (const character of turn.text) yield { type: "token", text: character };
      const counts = { promptCount: 1, cachedCount: 0, promptNs: 5, evalCount: tokens.length, evalNs: 10 };
      yield { type: "done", reason: turn.reason, tokens, ...counts };
    },
  };
  return { asked, process: process as InferenceProcess };
}

async function run(script: ReturnType<typeof scripted>, ending = free) {
  const events: GenerateEvent[] = [];
  const signal = new AbortController().signal;
  for await (const event of generateAnswer(script.process, request, ending, signal)) events.push(event);
  const text = events.map((event) => (event.type === "token" ? event.text : "")).join("");
  return { text, done: events.at(-1), starts: events.filter((event) => event.type === "start").length };
}

describe("an answer by a grammar", () => {
  it("is left alone when it is complete", async () => {
    const script = scripted({ text: '{"a":"b"}', reason: "stop" });
    expect(await run(script)).toMatchObject({ text: '{"a":"b"}', done: { reason: "stop", evalCount: 9 }, starts: 1 });
    expect(script.asked).toHaveLength(1);
  });

  it("goes on by the short ways when the window is nearly full", async () => {
    const script = scripted({ text: '{"a":"bb', reason: "length" }, { text: 'b"}', reason: "stop" });
    const answer = await run(script);
    expect(answer).toMatchObject({ text: '{"a":"bbb"}', starts: 1 });
    expect(answer.done).toMatchObject({ reason: "stop", promptCount: 1, evalCount: 11, evalNs: 25 });
    expect(script.asked[1]).toMatchObject({ prompt: 'Say something.{"a":"bb', numPredict: 92, stop: [] });
    expect(script.asked[1]?.grammar).toContain("{0,16}");
  });

  it("goes on after a stop string that the model wrote into a text", async () => {
    const script = scripted({ text: '{"a":"b', reason: "stop" }, { text: '"}', reason: "stop" });
    expect(await run(script)).toMatchObject({ text: '{"a":"b"}', done: { reason: "stop" } });
  });

  it("is cut by a limit and by stop strings of the request's own", async () => {
    const long = scripted({ text: '{"a":"b', reason: "length" });
    expect(await run(long, { ...free, ownLimit: true })).toMatchObject({ text: '{"a":"b', done: { reason: "length" } });
    const stopped = scripted({ text: '{"a":"b', reason: "stop" });
    expect(await run(stopped, { ...free, ownStops: true })).toMatchObject({
      text: '{"a":"b',
      done: { reason: "stop" },
    });
  });
});

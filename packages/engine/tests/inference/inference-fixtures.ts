import { fileURLToPath } from "node:url";
import type { GenerateEvent, GenerateRequest, SamplingOptions } from "../../src/inference/inference-contract.js";

const MODELS = new URL("../../../test-utils/transcripts/models/", import.meta.url);

export const CODO_TINY: string = fileURLToPath(new URL("../../models/codo-tiny/codo-tiny.gguf", import.meta.url));
/** Says " the sky is blue" and never ends; vocabulary of 905, window of 2048. */
export const ENDLESS: string = fileURLToPath(new URL("tiny-endless.gguf", MODELS));
/** Says " the" and never ends. */
export const REPEAT: string = fileURLToPath(new URL("tiny-repeat.gguf", MODELS));

export const GREEDY: SamplingOptions = {
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

/** A greedy request for at most 32 tokens. */
export function request(prompt: string | number[], overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  return { prompt, sampling: GREEDY, numPredict: 32, numKeep: 4, stop: [], truncate: true, shift: true, ...overrides };
}

/** A question in codo-tiny's chat template. */
export function chat(text: string): string {
  return `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`;
}

type TokenEvent = Extract<GenerateEvent, { type: "token" }>;

export interface Collected {
  text: string;
  pieces: string[];
  logprobs: NonNullable<TokenEvent["logprobs"]>;
  done: Extract<GenerateEvent, { type: "done" }>;
}

/** Reads a generation to its end. */
export async function collect(events: AsyncIterable<GenerateEvent>): Promise<Collected> {
  const pieces: string[] = [];
  const logprobs: Collected["logprobs"] = [];
  let done: Collected["done"] | undefined;
  for await (const event of events) {
    if (event.type === "token") pieces.push(event.text);
    if (event.type === "token") logprobs.push(...(event.logprobs ?? []));
    if (event.type === "done") done = event;
  }
  if (done === undefined) throw new Error("the generation ended without done");
  return { text: pieces.join(""), pieces, logprobs, done };
}

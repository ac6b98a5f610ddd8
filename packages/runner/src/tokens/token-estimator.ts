import type { ChatMessage, ExecutionRequest, ModelExecutionResult } from "@codo/ollama-contract";
import { type TextKind, textKindOf, USUAL_BYTES_PER_TOKEN } from "./text-kind.js";

/** How much an earlier observation counts beside the next one. */
const MEMORY = 0.9;
/** Tokens that a chat template puts around a message. */
const TOKENS_PER_MESSAGE = 5;

/** What is estimated: a text, or the messages of a chat. */
export type Countable = string | readonly ChatMessage[];

/**
 * Estimates token counts without asking the server. Each answer says how many tokens a prompt really had; from these
 * counts the estimator learns the bytes per token of each model, apart for prose, accented prose, code, digits and
 * other scripts: what it learnt of one says little of another.
 */
export class TokenEstimator {
  readonly #observed: Map<string, { bytes: number; tokens: number }> = new Map();

  /** Tokens of an input, estimated. */
  estimate(model: string, input: Countable): number {
    const overhead = typeof input === "string" ? 0 : input.length * TOKENS_PER_MESSAGE;
    return Math.ceil(bytesOf(input) / this.bytesPerToken(model, input)) + overhead;
  }

  /** UTF-8 bytes per token of texts like this: learned, or a general figure while nothing is. @defaultValue prose */
  bytesPerToken(model: string, like: Countable = ""): number {
    const kind = textKindOf(like);
    const seen = this.#observed.get(keyOf(model, kind));
    return seen === undefined ? USUAL_BYTES_PER_TOKEN[kind] : seen.bytes / seen.tokens;
  }

  /** Whether an answer of this model to a text like this was seen. @defaultValue prose */
  isCalibrated(model: string, like: Countable = ""): boolean {
    return this.#observed.has(keyOf(model, textKindOf(like)));
  }

  /** Learns from an answer. Answers whose prompt the server cut, or whose input is not only text, say nothing. */
  observe(request: ExecutionRequest, result: ModelExecutionResult): void {
    const tokens = result.metadata.usage.promptTokens;
    const input = countableOf(request);
    const bytes = bytesOf(input);
    if (tokens === undefined || tokens < 8 || bytes < 32) return;
    if (result.metadata.contextTruncated === true || request.images !== undefined || request.tools !== undefined)
      return;
    const own = typeof input === "string" ? tokens : tokens - input.length * TOKENS_PER_MESSAGE;
    const ratio = bytes / own;
    // No tokenizer puts more than this into a token of ordinary text: such a count is of a prompt that was cut.
    if (own < 4 || ratio > 8 || ratio < 0.5) return;
    const key = keyOf(request.model, textKindOf(input));
    const seen = this.#observed.get(key) ?? { bytes: 0, tokens: 0 };
    this.#observed.set(key, { bytes: seen.bytes * MEMORY + bytes, tokens: seen.tokens * MEMORY + own });
  }
}

function keyOf(model: string, kind: TextKind): string {
  return `${kind} ${model}`;
}

/** The text that a request sends, for estimates. */
export function countableOf({ messages, prompt, system }: ExecutionRequest): Countable {
  if (messages === undefined) return system === undefined ? (prompt ?? "") : `${system}\n${prompt ?? ""}`;
  return system === undefined ? messages : [{ role: "system", content: system }, ...messages];
}

/** UTF-8 bytes of an input's text. */
export function bytesOf(input: Countable): number {
  if (typeof input === "string") return Buffer.byteLength(input);
  return input.reduce((sum, { content, tool_calls: calls }) => {
    return sum + Buffer.byteLength(content) + (calls === undefined ? 0 : Buffer.byteLength(JSON.stringify(calls)));
  }, 0);
}

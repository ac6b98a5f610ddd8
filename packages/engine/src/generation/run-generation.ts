import type { GenerateEvent, TokenLogprob } from "../inference/inference-contract.js";
import type { OutputParser, ParsedToolCall } from "../parsers/output-parser.js";
import { toApiError } from "./inference-failure.js";

/** Log-probabilities of one token, as the wire has them. */
export interface WireLogprob {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs?: { token: string; logprob: number; bytes: number[] }[];
}

/** What one step of a generation gave, after parsing; all of it may be empty. */
export interface GenerationPiece {
  content: string;
  thinking: string;
  toolCalls: ParsedToolCall[];
  logprobs?: WireLogprob[];
}

/** How a generation ended. */
export interface GenerationResult {
  /** `repeat`: given up because of endless repetition; the answer then has no done line. */
  reason: "stop" | "length" | "repeat";
  /** All that was generated, as it was before it was parsed. */
  text: string;
  promptCount: number;
  promptNs: number;
  evalCount: number;
  evalNs: number;
}

/** Parses what a generation says. @throws ApiError */
export async function* runGeneration(
  events: AsyncIterable<GenerateEvent>,
  parser: OutputParser,
  signal: AbortSignal,
): AsyncGenerator<GenerationPiece, GenerationResult> {
  let text = "";
  try {
    for await (const event of events) {
      if (event.type === "token") {
        text += event.text;
        yield toPiece(parser.push(event.text), event.logprobs);
      } else if (event.type === "done") {
        const rest = parser.finish(event.reason);
        if (rest.length > 0) yield toPiece(rest);
        const { reason, promptCount, promptNs, evalCount, evalNs } = event;
        return { reason, text, promptCount, promptNs, evalCount, evalNs };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toApiError(error);
  }
  throw toApiError(new Error("the inference process ended a generation without saying so"));
}

function toPiece(
  parsed: ReturnType<OutputParser["push"]>,
  logprobs?: (TokenLogprob & { topLogprobs?: TokenLogprob[] })[],
): GenerationPiece {
  const piece: GenerationPiece = { content: "", thinking: "", toolCalls: [] };
  for (const part of parsed) {
    if (part.type === "content") piece.content += part.text;
    else if (part.type === "thinking") piece.thinking += part.text;
    else piece.toolCalls.push(part.call);
  }
  return logprobs === undefined ? piece : { ...piece, logprobs: logprobs.map(toWireLogprob) };
}

function toWireLogprob(entry: TokenLogprob & { topLogprobs?: TokenLogprob[] }): WireLogprob {
  const { token, logprob, bytes, topLogprobs } = entry;
  return {
    token,
    logprob,
    bytes,
    ...(topLogprobs !== undefined &&
      topLogprobs.length > 0 && {
        top_logprobs: topLogprobs.map((top) => ({ token: top.token, logprob: top.logprob, bytes: top.bytes })),
      }),
  };
}

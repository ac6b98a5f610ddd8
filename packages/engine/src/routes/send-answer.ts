import { toApiError } from "../generation/inference-failure.js";
import type { GenerationPiece, GenerationResult, WireLogprob } from "../generation/run-generation.js";
import type { Exchange } from "../http/exchange.js";
import type { LineStream } from "../http/ndjson-stream.js";
import type { ParsedToolCall } from "../parsers/output-parser.js";
import type { RequestClock } from "./generation-times.js";

type Fields = Record<string, unknown>;
type Pieces = AsyncGenerator<GenerationPiece, GenerationResult>;

/** All that a generation said. */
export interface WholeAnswer {
  content: string;
  thinking: string;
  toolCalls: ParsedToolCall[];
}

/** How an endpoint spells an answer. */
export interface AnswerForm {
  /** The fields of a streamed piece; `undefined` where nothing is sent for it. */
  piece(piece: GenerationPiece): Fields | undefined;
  /** The fields of the last streamed line, besides {@link ending}. */
  last(): Fields;
  /** The fields of an answer that is sent at once, besides {@link ending}. */
  whole(answer: WholeAnswer): Fields;
  /** How it ended, with its log probabilities where they were not streamed. */
  ending(result: GenerationResult, logprobs: readonly WireLogprob[]): Fields | Promise<Fields>;
}

/** What an answer is sent with. */
export interface AnswerSending {
  exchange: Exchange;
  /** `false` sends the answer at once. */
  stream: boolean;
  clock: RequestClock;
  form: AnswerForm;
}

/** Sends what a generation says, streamed or at once. */
export async function sendAnswer(
  sending: AnswerSending,
  start: (signal: AbortSignal) => Promise<Pieces>,
): Promise<void> {
  const { exchange } = sending;
  if (!sending.stream) return sendWhole(sending, await start(exchange.gone));
  const stream = exchange.openStream();
  try {
    await sendPieces(sending, stream, await start(exchange.gone));
  } catch (error) {
    exchange.gone.throwIfAborted();
    stream.fail(toApiError(error));
  }
}

async function sendPieces({ clock, form }: AnswerSending, stream: LineStream, pieces: Pieces): Promise<void> {
  let step = await pieces.next();
  for (; step.done !== true; step = await pieces.next()) {
    clock.piece();
    const fields = form.piece(step.value);
    const { logprobs } = step.value;
    if (fields !== undefined)
      await stream.write({ ...fields, done: false, ...(logprobs !== undefined && { logprobs }) });
  }
  // A real server breaks a loop off without a last line.
  if (step.value.reason !== "repeat") await stream.write({ ...form.last(), ...(await form.ending(step.value, [])) });
  stream.end();
}

async function sendWhole({ exchange, clock, form }: AnswerSending, pieces: Pieces): Promise<void> {
  const answer: WholeAnswer = { content: "", thinking: "", toolCalls: [] };
  const logprobs: WireLogprob[] = [];
  let step = await pieces.next();
  for (; step.done !== true; step = await pieces.next()) {
    clock.piece();
    answer.content += step.value.content;
    answer.thinking += step.value.thinking;
    answer.toolCalls.push(...step.value.toolCalls);
    logprobs.push(...(step.value.logprobs ?? []));
  }
  const ending =
    step.value.reason === "repeat"
      ? { done: false, ...(logprobs.length > 0 && { logprobs }) }
      : await form.ending(step.value, logprobs);
  exchange.sendJson(200, { ...form.whole(answer), ...ending });
}

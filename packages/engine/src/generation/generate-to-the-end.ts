import type { GenerateEvent, GenerateRequest, InferenceProcess } from "../inference/inference-contract.js";

/** The part of the context window that a constrained answer may fill before it is brought to its end. */
const SHARE_OF_WINDOW = 0.75;
const LEAST_TOKENS = 128;

/** A generation that continues text. */
type TextRequest = GenerateRequest & { prompt: string };

/** A grammar, and the ways to end a text that was begun by it. */
export interface AnswerGrammar {
  readonly gbnf: string;
  ending(begun: string, signal: AbortSignal): string | undefined | Promise<string | undefined>;
}

/** How a constrained generation may end. */
export interface Ending {
  grammar: AnswerGrammar | undefined;
  /** The request has a limit of its own, which cuts. */
  ownLimit: boolean;
  /** The request has stop strings of its own, which cut; those of the model must not cut a value. */
  ownStops: boolean;
  /** The text that ends a thought before the answer, where there may be one. */
  thoughtEnd?: string | undefined;
}

/** Starts a generation, by a grammar or free. */
export function generateAnswer(
  process: InferenceProcess,
  request: TextRequest,
  { grammar, ...ending }: Ending,
  signal: AbortSignal,
): AsyncIterable<GenerateEvent> {
  if (grammar === undefined) return process.generate(request, signal);
  return generateToTheEnd(process, request, { grammar, ...ending }, signal);
}

/**
 * Generates by a grammar so that the text comes to its end: when the context window is nearly full, or the model wrote
 * one of its stop strings into a text, it goes on from there by the short ways that the grammar leaves.
 */
async function* generateToTheEnd(
  process: InferenceProcess,
  request: TextRequest,
  { grammar, ownLimit, ownStops, thoughtEnd }: Ending & { grammar: AnswerGrammar },
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
  const numPredict = ownLimit ? request.numPredict : await roomInWindow(process, request.prompt);
  let written = "";
  for await (const event of process.generate({ ...request, grammar: grammar.gbnf, numPredict }, signal)) {
    if (event.type === "token") written += event.text;
    const left = event.type === "done" ? request.numPredict - event.evalCount : 0;
    const cut = event.type === "done" && (event.reason === "length" ? ownLimit : ownStops);
    const ending = event.type === "done" && !cut && left > 0 ? await grammar.ending(written, signal) : undefined;
    if (event.type !== "done") {
      yield event;
      continue;
    }
    const thoughtCount = await tokensOfThought(process, written, thoughtEnd);
    if (ending === undefined) {
      yield withoutThought(event, thoughtCount);
      continue;
    }
    const rest = { ...request, prompt: request.prompt + written, grammar: ending, numPredict: left, stop: [] };
    for await (const further of process.generate(rest, signal)) {
      if (further.type === "token") yield further;
      if (further.type === "done") yield withoutThought(together(event, further), thoughtCount);
    }
  }
}

async function roomInWindow(process: InferenceProcess, prompt: string): Promise<number> {
  const promptCount = (await process.tokenize(prompt)).length;
  return Math.max(LEAST_TOKENS, Math.floor(process.info.numCtx * SHARE_OF_WINDOW) - promptCount);
}

async function tokensOfThought(process: InferenceProcess, written: string, thoughtEnd = ""): Promise<number> {
  const end = thoughtEnd === "" ? -1 : written.indexOf(thoughtEnd);
  return end < 0 ? 0 : (await process.tokenize(written.slice(0, end + thoughtEnd.length))).length;
}

/** A real server asks again behind the thought, then with the grammar: there the thought is a part of the prompt. */
function withoutThought(done: DoneEvent, thoughtCount: number): DoneEvent {
  if (thoughtCount === 0) return done;
  const evalCount = Math.max(1, done.evalCount - thoughtCount);
  const evalNs = Math.max(1000, Math.round((done.evalNs * evalCount) / done.evalCount));
  return { ...done, promptCount: done.promptCount + thoughtCount, evalCount, evalNs };
}

type DoneEvent = Extract<GenerateEvent, { type: "done" }>;

function together(first: DoneEvent, second: DoneEvent): DoneEvent {
  return {
    ...second,
    promptCount: first.promptCount,
    cachedCount: first.cachedCount,
    promptNs: first.promptNs,
    evalCount: first.evalCount + second.evalCount,
    // Reading its own text again is part of the answer's time.
    evalNs: first.evalNs + second.promptNs + second.evalNs,
    tokens: [...first.tokens, ...second.tokens],
  };
}

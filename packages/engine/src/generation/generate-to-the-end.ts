import type { JsonGrammar } from "../grammar/schema-to-grammar.js";
import type { GenerateEvent, GenerateRequest, InferenceProcess } from "../inference/inference-contract.js";

/** The part of the context window that a constrained answer may fill before it is brought to its end. */
const SHARE_OF_WINDOW = 0.75;
const LEAST_TOKENS = 128;

/** A generation that continues text. */
type TextRequest = GenerateRequest & { prompt: string };

/** Starts a generation, by a grammar or free. `cut`: the request has a limit of its own, which is kept to. */
export function generateAnswer(
  process: InferenceProcess,
  request: TextRequest,
  { grammar, cut }: { grammar: JsonGrammar | undefined; cut: boolean },
  signal: AbortSignal,
): AsyncIterable<GenerateEvent> {
  if (grammar === undefined) return process.generate(request, signal);
  if (cut) return process.generate({ ...request, grammar: grammar.gbnf }, signal);
  return generateToTheEnd(process, request, grammar, signal);
}

/**
 * Generates by a grammar so that the text comes to its end: when the context window is nearly full and the text is not
 * complete, the model goes on by the short ways that the grammar leaves.
 */
async function* generateToTheEnd(
  process: InferenceProcess,
  request: TextRequest,
  grammar: JsonGrammar,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent> {
  const promptCount = (await process.tokenize(request.prompt)).length;
  const room = Math.floor(process.info.numCtx * SHARE_OF_WINDOW) - promptCount;
  const first = { ...request, grammar: grammar.gbnf, numPredict: Math.max(LEAST_TOKENS, room) };
  let written = "";
  for await (const event of process.generate(first, signal)) {
    if (event.type === "token") written += event.text;
    const ending = event.type === "done" && event.reason === "length" ? grammar.ending(written) : undefined;
    if (event.type !== "done" || ending === undefined) {
      yield event;
      continue;
    }
    const rest = { ...request, prompt: request.prompt + written, grammar: ending };
    for await (const further of process.generate(rest, signal)) {
      if (further.type === "token") yield further;
      if (further.type === "done") yield together(event, further);
    }
  }
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

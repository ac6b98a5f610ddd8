import {
  type ModelExecutor,
  normalizeExecutionOptions,
  OllamaError,
  type PartialExecutionOptions,
  sameModelName,
} from "@codo/ollama-contract";

/** The window that a server gives a model which nobody asked for another. Source: Ollama 0.33, its least default. */
const SERVER_DEFAULT = 4096;
/** The smallest window that a server runs. Source: Ollama 0.33. */
const LEAST_CONTEXT = 256;
/** Share of the window kept for the answer where `numPredict` does not say how long that may get. */
const ANSWER_SHARE = 0.25;

/** How much fits into a call. */
export interface ContextWindow {
  /** Tokens of prompt and answer together. */
  contextLength: number;
  /** Tokens that the prompt may have. */
  promptBudget: number;
  /** Whether the server's default was taken for want of better knowledge; it may turn out to be another. */
  isAssumed: boolean;
}

/**
 * The context window that a call really has: what `numCtx` asks for, else what the model's own parameters ask for or
 * it is loaded with, else the server's default; never more than the model was trained for.
 */
export async function contextWindowOf(
  executor: ModelExecutor,
  model: string,
  options: PartialExecutionOptions,
): Promise<ContextWindow> {
  const { numCtx, numPredict } = normalizeExecutionOptions(options).options;
  const { contextLength: trained = Number.POSITIVE_INFINITY, parameters } = await describe(executor, model);
  const wanted = typeof numCtx === "number" ? Math.max(numCtx, LEAST_CONTEXT) : undefined;
  const own = Number(parameters?.num_ctx) || undefined;
  const known = wanted ?? own ?? (await loadedWindow(executor, model));
  const contextLength = Math.min(known ?? SERVER_DEFAULT, trained);
  const answer =
    typeof numPredict === "number" && numPredict > 0 ? numPredict : Math.ceil(contextLength * ANSWER_SHARE);
  return { contextLength, promptBudget: Math.max(1, contextLength - answer), isAssumed: known === undefined };
}

async function describe(
  executor: ModelExecutor,
  model: string,
): Promise<{ contextLength?: number; parameters?: Record<string, unknown> }> {
  try {
    return await executor.describeModel(model);
  } catch (error) {
    // A model that is not there fails in the call itself, with the words for it.
    if (OllamaError.is(error)) return {};
    throw error;
  }
}

async function loadedWindow(executor: ModelExecutor, model: string): Promise<number | undefined> {
  try {
    const loaded = await executor.listLoaded();
    return loaded.find(({ name }) => sameModelName(name, model))?.contextLength;
  } catch (error) {
    if (OllamaError.is(error)) return undefined;
    throw error;
  }
}

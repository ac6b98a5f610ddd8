import { type ExecutionRequest, type ModelExecutor, normalizeExecutionOptions } from "@codo/ollama-contract";
import { contextWindowOf } from "./context-window.js";

/** Finds the context windows that a server gives to requests; one that a request sets itself is looked up once. */
export class WindowLookup {
  readonly #executor: ModelExecutor;
  readonly #known: Map<string, number> = new Map();

  constructor(executor: ModelExecutor) {
    this.#executor = executor;
  }

  /** @returns `undefined` where the server does not say */
  async of({ model, options: asked = {} }: Pick<ExecutionRequest, "model" | "options">): Promise<number | undefined> {
    const { options } = normalizeExecutionOptions(asked);
    const key = typeof options.numCtx === "number" ? `${options.numCtx} ${model}` : undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const { contextLength, isAssumed } = await contextWindowOf(this.#executor, model, options);
    if (isAssumed) return undefined;
    if (key !== undefined) this.#known.set(key, contextLength);
    return contextLength;
  }
}

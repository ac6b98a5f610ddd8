import type { ExecutionRequest, ModelExecutionResult, ModelExecutor } from "@codo/ollama-contract";
import { ReloadWatch, type RunnerWarning } from "../reload/reload-watch.js";
import type { BoxedHandle } from "../streaming/text-stream.js";
import { TokenCounter } from "../tokens/token-counter.js";
import { TokenEstimator } from "../tokens/token-estimator.js";
import { WindowLookup } from "../window/window-lookup.js";
import { addWarning } from "./add-warning.js";
import { detectTruncation, judgeTruncation } from "./truncation-detector.js";

/**
 * An executor with eyes: with a call it notices what will reload the model, and after it whether the server cut the
 * prompt; from each answer it learns how many bytes a token has.
 */
export class InspectedExecutor {
  readonly executor: ModelExecutor;
  readonly estimator: TokenEstimator = new TokenEstimator();
  readonly windows: WindowLookup;
  readonly counter: TokenCounter;
  readonly #reloads: ReloadWatch;
  readonly #onWarning: ((warning: RunnerWarning) => void) | undefined;
  readonly #warnings: WeakMap<ExecutionRequest, Promise<RunnerWarning | undefined>> = new WeakMap();

  constructor(executor: ModelExecutor, onWarning: ((warning: RunnerWarning) => void) | undefined) {
    this.executor = executor;
    this.windows = new WindowLookup(executor);
    this.counter = new TokenCounter(executor, this);
    this.#reloads = new ReloadWatch(executor);
    this.#onWarning = onWarning;
  }

  async run(request: ExecutionRequest): Promise<ModelExecutionResult> {
    const { handle } = await this.start(request);
    return await this.finish(request, await handle.result);
  }

  /**
   * Warns where it has to, and sends the request. Only a caller that wants to know before it waits for the look at the loaded
   * models; otherwise that goes on beside the request. `cancelled` ends the look.
   */
  async start(request: ExecutionRequest, cancelled?: AbortSignal): Promise<BoxedHandle> {
    const checking = this.#reloads.check(request, cancelled);
    this.#warnings.set(request, checking);
    if (this.#onWarning === undefined) checking.catch(() => {});
    else {
      const warning = await checking;
      if (warning !== undefined) this.#onWarning(warning);
    }
    return { handle: this.executor.execute(request) };
  }

  /** Puts what was noticed on the result. */
  async finish(request: ExecutionRequest, result: ModelExecutionResult): Promise<ModelExecutionResult> {
    const warning = await this.#warnings.get(request);
    if (warning !== undefined) addWarning(result, warning.message);
    const isCut = await detectTruncation(request, result, this);
    setTruncation(result, isCut);
    // What may have been cut teaches nothing.
    if (isCut === false) this.estimator.observe(request, result);
    return result;
  }

  /** What `finish` does, without asking the server anything. */
  inspectOnly(request: ExecutionRequest, result: ModelExecutionResult): void {
    const verdict = judgeTruncation(request, result, this);
    setTruncation(result, verdict === "yes" ? true : verdict === "no" ? false : undefined);
    if (verdict === "no") this.estimator.observe(request, result);
  }
}

function setTruncation({ metadata }: ModelExecutionResult, isCut: boolean | undefined): void {
  if (isCut === undefined) delete metadata.contextTruncated;
  else metadata.contextTruncated = isCut;
}

import type {
  ChatMessage,
  ExecutionRequest,
  ModelExecutionResult,
  ModelExecutor,
  PartialExecutionOptions,
} from "@codo/ollama-core";
import { OllamaError } from "@codo/ollama-core";
import { runBatchJob } from "./batch/batch-run.js";
import type { BatchInput, BatchOptions, BatchSummary } from "./batch/batch-types.js";
import type { ContextDocument } from "./context/context-prompt.js";
import { type ContextCall, prepareContext, withContextReport } from "./context/run-with-context.js";
import { assertMessages, assertPrompt } from "./execution/check-input.js";
import type { RunCall } from "./execution/run-call.js";
import { TextStream } from "./streaming/text-stream.js";
import { TokenEstimator } from "./tokens/token-estimator.js";

/**
 * Runs models over an executor: an `OllamaManager`, `createExecutor(client)`, or a host pool. Options are partial:
 * only what is set is sent. A failed run resolves to a result with `success: false`; an abort by the signal rejects
 * with `ABORTED`, and a mistake in the program with `INVALID_REQUEST`.
 */
export class ModelRunner {
  readonly executor: ModelExecutor;
  /** Token counts without asking the server; it learns from every answer of this runner. */
  readonly estimator: TokenEstimator = new TokenEstimator();

  constructor(executor: ModelExecutor) {
    this.executor = executor;
  }

  /** Runs a prompt. */
  async runWithOptions(
    model: string,
    prompt: string,
    executionOptions: PartialExecutionOptions = {},
    call: RunCall = {},
  ): Promise<ModelExecutionResult> {
    assertPrompt(prompt);
    return await this.#run({ ...call, model, prompt, options: executionOptions });
  }

  /** Runs a prompt and gives the answer as it comes: text chunks, `.events` for everything, `.result` at the end. */
  runStreaming(
    model: string,
    prompt: string,
    executionOptions: PartialExecutionOptions = {},
    call: RunCall = {},
  ): TextStream {
    assertPrompt(prompt);
    return this.stream({ ...call, model, prompt, options: executionOptions });
  }

  /** Runs a conversation through the chat endpoint, whose template keeps the roles apart. */
  async runConversation(
    model: string,
    messages: ChatMessage[],
    executionOptions: PartialExecutionOptions = {},
    call: RunCall = {},
  ): Promise<ModelExecutionResult> {
    assertMessages(messages);
    return await this.#run({ ...call, model, messages, options: executionOptions });
  }

  /**
   * Runs a prompt with documents before it, numbered and delimited so that none can pass for another or for the
   * prompt. `metadata.context` reports which of them were sent.
   */
  async runWithContext(
    model: string,
    prompt: string,
    context: readonly (string | ContextDocument)[],
    executionOptions: PartialExecutionOptions = {},
    call: ContextCall = {},
  ): Promise<ModelExecutionResult> {
    const { contextBudgetTokens: budgetTokens, ...runCall } = call;
    const input = { model, prompt, context };
    const { text, report } = prepareContext(input, { options: executionOptions, budgetTokens }, this.estimator);
    const result = await this.#run({ ...runCall, model, prompt: text, options: executionOptions });
    return withContextReport(result, report);
  }

  /** Runs an array of prompts; results come in its order, a failed item is a result with `success: false`. */
  runBatch(
    model: string,
    prompts: readonly BatchInput[],
    executionOptions?: PartialExecutionOptions,
    batch?: BatchOptions,
  ): Promise<ModelExecutionResult[]>;
  /** Runs prompts as they come, in constant memory; results go to `onResult` and the journal. */
  runBatch(
    model: string,
    prompts: AsyncIterable<BatchInput> | Iterable<BatchInput>,
    executionOptions?: PartialExecutionOptions,
    batch?: BatchOptions,
  ): Promise<BatchSummary>;
  async runBatch(
    model: string,
    prompts: readonly BatchInput[] | AsyncIterable<BatchInput> | Iterable<BatchInput>,
    executionOptions: PartialExecutionOptions = {},
    batch: BatchOptions = {},
  ): Promise<ModelExecutionResult[] | BatchSummary> {
    assertInputs(prompts);
    const job = {
      executor: this.executor,
      model,
      options: executionOptions,
      batch,
      inspect: (request: ExecutionRequest, result: ModelExecutionResult) => this.estimator.observe(request, result),
    };
    if (!Array.isArray(prompts)) return await runBatchJob(job, prompts as AsyncIterable<BatchInput>);
    const results = new Array<ModelExecutionResult>(prompts.length);
    const collect = (result: ModelExecutionResult, index: number): void => {
      results[index] = result;
    };
    await runBatchJob({ ...job, collect }, prompts as BatchInput[]);
    return results;
  }

  /** Runs any request and gives the answer as it comes; what `runStreaming` does for a prompt. */
  stream(request: ExecutionRequest): TextStream {
    return new TextStream({
      start: async () => ({
        handle: this.executor.execute({ ...request, options: { ...request.options, stream: true } }),
      }),
      finish: async (result) => this.#inspect(request, result),
    });
  }

  async #run(request: ExecutionRequest): Promise<ModelExecutionResult> {
    return this.#inspect(request, await this.executor.execute(request).result);
  }

  #inspect(request: ExecutionRequest, result: ModelExecutionResult): ModelExecutionResult {
    this.estimator.observe(request, result);
    return result;
  }
}

function assertInputs(prompts: unknown): void {
  const isObject = typeof prompts === "object" && prompts !== null;
  if (isObject && (Symbol.asyncIterator in prompts || Symbol.iterator in prompts)) return;
  throw new OllamaError("INVALID_REQUEST", "A batch takes an array or an (async) iterable of prompts or items.");
}

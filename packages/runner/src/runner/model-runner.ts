import type {
  ChatMessage,
  ExecutionRequest,
  JsonSchema,
  ModelExecutionResult,
  ModelExecutor,
  PartialExecutionOptions,
  StandardSchema,
} from "@codo/ollama-contract";
import { retryBatchJob, runBatchJob } from "../batch/batch-job.js";
import { assertInputs } from "../batch/batch-request.js";
import type { BatchJob } from "../batch/batch-run.js";
import type { BatchInput, BatchOptions, BatchSummary, RetryOptions, RetrySummary } from "../batch/batch-types.js";
import type { ContextDocument } from "../context/context-prompt.js";
import { type ContextCall, contextRequest, withContextReport } from "../context/run-with-context.js";
import { type EmbedManyCall, type EmbedManyResult, embedMany } from "../embeddings/embed-many.js";
import { assertMessages, assertPrompt, toMessages } from "../execution/check-input.js";
import { InspectedExecutor } from "../execution/inspected-executor.js";
import type { RunCall } from "../execution/run-call.js";
import type { RunnerWarning } from "../reload/reload-watch.js";
import { TextStream } from "../streaming/text-stream.js";
import { runStructuredTurns, type StructuredAnswer, type StructuredCall } from "../structured/run-structured.js";
import { toValueSchema } from "../structured/value-schema.js";
import type { TokenEstimator } from "../tokens/token-estimator.js";
import { runToolSteps, type ToolsAnswer, type ToolsCall } from "../tools/run-with-tools.js";
import type { AnyTool } from "../tools/tool.js";

/** Settings of a runner. */
export interface ModelRunnerOptions {
  /** Called before a call that makes the server reload the model; the result has it in `metadata.warnings` too. */
  onWarning?: (warning: RunnerWarning) => void;
}

/** How tokens are counted. */
export interface CountTokensCall extends RunCall {
  /** For their load-time part: a count with another `numCtx` would reload the model. */
  options?: PartialExecutionOptions;
}

/**
 * Runs models over an executor: an `OllamaManager`, `createExecutor(client)`, or a host pool. Options are partial:
 * only what is set is sent. A failed run resolves to a result with `success: false`; an abort by the signal rejects
 * with `ABORTED`, and a mistake in the program with `INVALID_REQUEST`.
 */
export class ModelRunner {
  readonly #inspected: InspectedExecutor;

  constructor(executor: ModelExecutor, { onWarning }: ModelRunnerOptions = {}) {
    this.#inspected = new InspectedExecutor(executor, onWarning);
  }

  /** What this runner runs on. */
  get executor(): ModelExecutor {
    return this.#inspected.executor;
  }

  /** Token counts without asking the server; it learns from every answer of this runner. */
  get estimator(): TokenEstimator {
    return this.#inspected.estimator;
  }

  /** Runs a prompt. */
  async runWithOptions(
    model: string,
    prompt: string,
    executionOptions: PartialExecutionOptions = {},
    call: RunCall = {},
  ): Promise<ModelExecutionResult> {
    assertPrompt(prompt);
    return await this.run({ ...call, model, prompt, options: executionOptions });
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
    return await this.run({ ...call, model, messages, options: executionOptions });
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
    const { request, report } = contextRequest(
      { model, prompt, context },
      { options: executionOptions, call },
      this.estimator,
    );
    return withContextReport(await this.run(request), report);
  }

  /**
   * Does what {@link ModelRunner.runWithContext} does, and gives the answer as it comes.
   * @throws OllamaError `INVALID_REQUEST` where the context is no array of texts
   */
  streamWithContext(
    model: string,
    prompt: string,
    context: readonly (string | ContextDocument)[],
    executionOptions: PartialExecutionOptions = {},
    call: ContextCall = {},
  ): TextStream {
    const { request, report } = contextRequest(
      { model, prompt, context },
      { options: executionOptions, call },
      this.estimator,
    );
    return this.stream(request, (result) => void withContextReport(result, report));
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
    const total = batch.total ?? (Array.isArray(prompts) ? prompts.length : undefined);
    const known = total === undefined ? batch : { ...batch, total };
    const job = { ...this.#batchJob(known), model, options: executionOptions };
    if (!Array.isArray(prompts)) return await runBatchJob(job, prompts as AsyncIterable<BatchInput>);
    const results = new Array<ModelExecutionResult>(prompts.length);
    const collect = (result: ModelExecutionResult, index: number): void => {
      results[index] = result;
    };
    await runBatchJob({ ...job, collect }, prompts as BatchInput[]);
    return results;
  }

  /**
   * Runs the failures of a batch's journal again, without the input of the batch: what failed stands in the journal
   * with what was sent. Results go to the same journal; the batch itself finds them there the next time.
   * @throws OllamaError `STORAGE_FAILED` when a batch writes the journal, `INVALID_REQUEST` when the file is none
   */
  async retryBatch(journal: string, retry: RetryOptions = {}): Promise<RetrySummary> {
    return await retryBatchJob(journal, this.#batchJob(retry));
  }

  #batchJob(batch: BatchOptions): Omit<BatchJob, "model" | "options"> {
    const inspect = (request: ExecutionRequest, result: ModelExecutionResult): void =>
      this.#inspected.inspectOnly(request, result);
    return { executor: this.executor, batch, inspect };
  }

  /**
   * Asks for a value of a Standard Schema (valibot, zod, arktype) and gives it typed.
   * @throws OllamaError `SCHEMA_MISMATCH` with `details.raw` when no answer fits after the repairs; a failed run's error
   */
  runStructured<T>(
    model: string,
    prompt: string | ChatMessage[],
    schema: StandardSchema<T>,
    call?: StructuredCall,
  ): Promise<StructuredAnswer<T>>;
  /** Asks for a value of a JSON Schema; its type is for the caller to say. */
  runStructured<T = unknown>(
    model: string,
    prompt: string | ChatMessage[],
    schema: JsonSchema,
    call?: StructuredCall,
  ): Promise<StructuredAnswer<T>>;
  async runStructured<T>(
    model: string,
    prompt: string | ChatMessage[],
    schema: JsonSchema | StandardSchema<T>,
    call: StructuredCall = {},
  ): Promise<StructuredAnswer<T>> {
    const messages = toMessages(prompt);
    const valueSchema = await toValueSchema<T>(schema);
    return await runStructuredTurns({
      model,
      messages,
      schema: valueSchema,
      call,
      run: (request) => this.run(request),
    });
  }

  /**
   * Lets a model call tools until it answers. Arguments are validated before a tool runs, errors of tools are sent to
   * the model, and the whole course is in `steps`.
   */
  async runWithTools(
    model: string,
    messages: string | ChatMessage[],
    tools: readonly AnyTool[],
    call: ToolsCall = {},
  ): Promise<ToolsAnswer> {
    const chat = toMessages(messages);
    const { onEvent } = call;
    const run = async (request: ExecutionRequest) => {
      if (onEvent === undefined) return await this.run(request);
      const stream = this.stream(request);
      for await (const event of stream.events) onEvent(event);
      return await stream.result;
    };
    return await runToolSteps({ model, messages: chat, tools, call, run });
  }

  /**
   * Embeds any number of texts in requests of a limited size; one vector for each text, in their order, with
   * `onError: "skip"` `null` for a text that the server fails on.
   */
  async embedMany(
    model: string,
    texts: readonly string[],
    call: EmbedManyCall & { onError: "skip" },
  ): Promise<EmbedManyResult<number[] | null>>;
  async embedMany(model: string, texts: readonly string[], call?: EmbedManyCall): Promise<EmbedManyResult>;
  async embedMany(
    model: string,
    texts: readonly string[],
    call: EmbedManyCall = {},
  ): Promise<EmbedManyResult<number[] | null>> {
    return await embedMany(this.executor, { model, texts, call });
  }

  /**
   * Counts tokens by the server, as a call would have them: with the model's template. With `raw: true` it counts a
   * text alone, in pieces where it is longer than the context window. Equal questions are asked once.
   * @throws OllamaError `CONTEXT_OVERFLOW` when the prompt is longer than the context window; a failed run's error
   */
  async countTokens(model: string, input: string | ChatMessage[], call: CountTokensCall = {}): Promise<number> {
    if (typeof input !== "string") {
      return input.length === 0 ? 0 : await this.#inspected.counter.count({ ...call, model, messages: input });
    }
    const request = { ...call, model, prompt: input };
    return await (call.raw === true
      ? this.#inspected.counter.countText(request)
      : this.#inspected.counter.count(request));
  }

  /** Runs any request; what the methods above are made of. */
  async run(request: ExecutionRequest): Promise<ModelExecutionResult> {
    return await this.#inspected.run(request);
  }

  /**
   * Runs any request and gives the answer as it comes.
   * @param onResult sees the result before anyone who awaits it
   */
  stream(
    request: ExecutionRequest | (() => Promise<ExecutionRequest>),
    onResult?: (result: ModelExecutionResult) => void,
  ): TextStream {
    let sent: ExecutionRequest | undefined;
    return new TextStream({
      start: async (cancelled) => {
        const asked = typeof request === "function" ? await request() : request;
        sent = { ...asked, options: { ...asked.options, stream: true } };
        return await this.#inspected.start(sent, cancelled);
      },
      finish: async (result) => {
        if (sent !== undefined) await this.#inspected.finish(sent, result);
        onResult?.(result);
        return result;
      },
    });
  }
}

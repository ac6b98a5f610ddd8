import {
  type EmbeddingRequest,
  type EmbeddingResult,
  type ExecutionHandle,
  type ExecutionRequest,
  type LoadedModel,
  type ModelDescription,
  type ModelExecutionResult,
  type ModelExecutor,
  OllamaError,
  type OllamaErrorCode,
  type ToolCall,
  toWireOptions,
} from "@codo/ollama-contract";
import { abortedError } from "../execution/abort.js";
import { failedResult, promptOf } from "../execution/failed-result.js";
import { nextId } from "../execution/next-id.js";
import { PushHandle } from "../execution/push-handle.js";

/** What a scripted model answers: a text, or all that can be said of an answer. */
export type ScriptedReply =
  | string
  | {
      text?: string;
      /** The text in the pieces that a stream gives. @defaultValue one piece */
      chunks?: string[];
      thinking?: string;
      toolCalls?: ToolCall[];
      promptTokens?: number;
      completionTokens?: number;
      doneReason?: string;
      /** Milliseconds until the answer comes. */
      delayMs?: number;
      /** Fails with this code in place of an answer; `text` is then the part that came. */
      errorCode?: OllamaErrorCode;
      errorMessage?: string;
    };

/** The script of an executor: what it answers to which request. */
export interface ExecutorScript {
  reply?: (request: ExecutionRequest, call: number) => ScriptedReply | Promise<ScriptedReply>;
  embed?: (request: EmbeddingRequest) => EmbeddingResult | Promise<EmbeddingResult>;
  describeModel?: (name: string) => Partial<ModelDescription> | Promise<Partial<ModelDescription>>;
  loaded?: () => LoadedModel[] | Promise<LoadedModel[]>;
  /** Whether to keep each request in `requests`. @defaultValue true */
  record?: boolean;
}

/**
 * A model executor with no server behind it, for tests: it answers by a script and remembers what it was asked.
 * Without a script it repeats the prompt. It follows the executor's contract on streams, failures and aborts.
 */
export class ScriptedExecutor implements ModelExecutor {
  /** Every execution asked for, in order. */
  readonly requests: ExecutionRequest[] = [];
  readonly embeddings: EmbeddingRequest[] = [];
  /** Most executions that were under way at once. */
  peak = 0;
  /** How often the loaded models were asked for. */
  loadedCalls = 0;
  #calls = 0;
  #running = 0;
  readonly #script: ExecutorScript;

  constructor(script: ExecutorScript = {}) {
    this.#script = script;
  }

  execute(request: ExecutionRequest): ExecutionHandle {
    if (this.#script.record !== false) this.requests.push(request);
    const call = this.#calls++;
    return new PushHandle(request.model, async (emit, cancelled) => {
      this.peak = Math.max(this.peak, ++this.#running);
      try {
        const startedAt = performance.now();
        const reply = normalize(await (this.#script.reply?.(request, call) ?? promptOf(request)));
        const wasAborted = await waitFor(reply.delayMs ?? 0, request.signal, cancelled);
        if (request.signal?.aborted) throw abortedError("The run", request.signal);
        if (wasAborted) return failedResult(request, cancelled.reason);
        if (reply.thinking !== undefined) emit({ type: "thinking", text: reply.thinking });
        for (const text of reply.chunks ?? [reply.text]) emit({ type: "text", text });
        for (const toolCall of reply.toolCalls ?? []) emit({ type: "toolCall", toolCall });
        return toResult(request, reply, performance.now() - startedAt);
      } finally {
        this.#running--;
      }
    });
  }

  async embed(request: EmbeddingRequest): Promise<EmbeddingResult> {
    this.embeddings.push(request);
    if (this.#script.embed !== undefined) return await this.#script.embed(request);
    return { model: request.model, embeddings: request.input.map((text) => [text.length, 1]), promptTokens: 1 };
  }

  async describeModel(name: string): Promise<ModelDescription> {
    return { name, capabilities: ["completion"], ...(await this.#script.describeModel?.(name)) };
  }

  async listLoaded(): Promise<LoadedModel[]> {
    this.loadedCalls++;
    return (await this.#script.loaded?.()) ?? [];
  }
}

type FullReply = Exclude<ScriptedReply, string> & { text: string };

function normalize(reply: ScriptedReply): FullReply {
  if (typeof reply === "string") return { text: reply };
  return { ...reply, text: reply.text ?? reply.chunks?.join("") ?? "" };
}

function toResult(request: ExecutionRequest, reply: FullReply, totalMs: number): ModelExecutionResult {
  const promptTokens = reply.promptTokens ?? Math.ceil(promptOf(request).length / 4);
  const completionTokens = reply.completionTokens ?? Math.ceil(reply.text.length / 4);
  const doneReason = reply.doneReason ?? "stop";
  const error =
    reply.errorCode && new OllamaError(reply.errorCode, reply.errorMessage ?? `The script says ${reply.errorCode}.`);
  return {
    schemaVersion: 1,
    id: nextId(),
    modelName: request.model,
    prompt: promptOf(request),
    response: reply.text,
    executionTime: totalMs / 1000,
    tokensUsed: promptTokens + completionTokens,
    success: error === undefined,
    ...(error && { errorMessage: error.message }),
    metadata: {
      createdAt: new Date().toISOString(),
      api: request.messages === undefined ? "generate" : "chat",
      doneReason: error ? null : doneReason,
      truncated: doneReason === "length",
      usage: { promptTokens, completionTokens },
      timings: { totalMs },
      ...(reply.thinking !== undefined && { thinking: reply.thinking }),
      ...(reply.toolCalls && { toolCalls: reply.toolCalls }),
      options: toWireOptions(request.options ?? {}).options,
      model: {},
      ...(error && { error: { code: error.code, retryable: error.retryable } }),
    },
  };
}

/** Waits, and says whether a signal ended the wait. */
async function waitFor(delayMs: number, ...signals: (AbortSignal | undefined)[]): Promise<boolean> {
  if (signals.some((signal) => signal?.aborted)) return true;
  if (delayMs === 0) return false;
  return await new Promise((resolve) => {
    const finish = (wasAborted: boolean): void => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener("abort", onAbort);
      resolve(wasAborted);
    };
    const onAbort = (): void => finish(true);
    const timer = setTimeout(() => finish(false), delayMs);
    for (const signal of signals) signal?.addEventListener("abort", onAbort, { once: true });
  });
}

import { setTimeout } from "node:timers/promises";
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
import {
  abortErrorOf,
  promptOf,
  type Run,
  startRun,
  throwIfAborted,
  untilAborted,
} from "@codo/ollama-contract/executor-kit";
import { failedResult } from "../results/failed-result.js";

/** What a scripted model answers: a text, or all that can be said of an answer. */
export type ScriptedReply =
  | string
  | {
      text?: string;
      /** The text in the pieces that a stream gives, all at once or as they come. @defaultValue one piece */
      chunks?: Iterable<string> | AsyncIterable<string>;
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
    return startRun(request, async (run) => {
      run.begin();
      this.peak = Math.max(this.peak, ++this.#running);
      try {
        return await this.#answer({ request, call, run });
      } finally {
        this.#running--;
      }
    });
  }

  async embed(request: EmbeddingRequest): Promise<EmbeddingResult> {
    this.embeddings.push(request);
    throwIfAborted(request.signal, "The call");
    if (this.#script.embed !== undefined) return await untilAborted(this.#script.embed(request), request.signal);
    return { model: request.model, embeddings: request.input.map((text) => [text.length, 1]), promptTokens: 1 };
  }

  async describeModel(name: string): Promise<ModelDescription> {
    return { name, capabilities: ["completion"], ...(await this.#script.describeModel?.(name)) };
  }

  async listLoaded(): Promise<LoadedModel[]> {
    this.loadedCalls++;
    return (await this.#script.loaded?.()) ?? [];
  }

  async #answer({ request, call, run }: ScriptedRun): Promise<ModelExecutionResult> {
    const { signal } = run.cancellation;
    const startedAt = performance.now();
    let text = "";
    try {
      const scripted = this.#script.reply?.(request, call) ?? promptOf(request);
      const reply = normalize(await untilAborted(scripted, signal));
      if (reply.delayMs !== undefined && reply.delayMs > 0) await setTimeout(reply.delayMs, undefined, { signal });
      if (reply.thinking !== undefined) run.emit({ type: "thinking", text: reply.thinking });
      const { chunks } = reply;
      for await (const piece of Symbol.iterator in chunks ? chunks : untilStopped(chunks, signal)) {
        run.cancellation.throwIfAborted();
        text += piece;
        run.emit({ type: "text", text: piece });
      }
      for (const toolCall of reply.toolCalls ?? []) run.emit({ type: "toolCall", toolCall });
      return toResult({ request, reply, text, id: run.id, totalMs: performance.now() - startedAt });
    } catch (error) {
      if (request.signal?.aborted) throw abortErrorOf(request.signal, "The run");
      if (run.cancellation.reason === undefined) throw error;
      return { ...failedResult(request, run.cancellation.reason, run.id), response: text };
    }
  }
}

interface ScriptedRun {
  request: ExecutionRequest;
  call: number;
  run: Run;
}

type FullReply = Exclude<ScriptedReply, string> & { chunks: Iterable<string> | AsyncIterable<string> };

function normalize(reply: ScriptedReply): FullReply {
  if (typeof reply === "string") return { chunks: [reply] };
  return { ...reply, chunks: reply.chunks ?? [reply.text ?? ""] };
}

interface FinishedReply {
  request: ExecutionRequest;
  reply: FullReply;
  text: string;
  id: string;
  totalMs: number;
}

function toResult({ request, reply, text, id, totalMs }: FinishedReply): ModelExecutionResult {
  const promptTokens = reply.promptTokens ?? Math.ceil(promptOf(request).length / 4);
  const completionTokens = reply.completionTokens ?? Math.ceil(text.length / 4);
  const doneReason = reply.doneReason ?? "stop";
  const error =
    reply.errorCode && new OllamaError(reply.errorCode, reply.errorMessage ?? `The script says ${reply.errorCode}.`);
  return {
    schemaVersion: 1,
    id,
    modelName: request.model,
    prompt: promptOf(request),
    response: reply.text ?? text,
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

/** Pieces that take their time, until an abort. */
async function* untilStopped(pieces: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  const iterator = pieces[Symbol.asyncIterator]();
  while (true) {
    const next = await untilAborted(iterator.next(), signal);
    if (next.done === true) return;
    yield next.value;
  }
}

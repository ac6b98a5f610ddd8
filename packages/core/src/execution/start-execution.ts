import type {
  ExecutionEvent,
  ExecutionHandle,
  ExecutionRequest,
  ExecutionResources,
  ExecutionStatus,
  ModelExecutionResult,
} from "@codo/ollama-contract";
import { createIdFactory, OllamaError } from "@codo/ollama-contract";
import { untilAborted } from "../async/until-aborted.js";
import { givesOwnCalls, type ReplyLines } from "../client/own-calls.js";
import { RequestTrace } from "../diagnostics/request-channels.js";
import type { ExecutorClient, ExecutorReplyLine } from "../wire/executor-client.js";
import { buildResult, type ExecutionRecord } from "./build-result.js";
import { Cancellation } from "./cancellation.js";
import { EventBuffer } from "./event-buffer.js";
import { ReplyCollector } from "./reply-collector.js";
import { apiOf, assertExecutable, toWireExecution, type WireExecution } from "./wire-request.js";

const nextId = createIdFactory();

/** What an execution needs beside its request. */
export interface ExecutionEnvironment {
  /** The client to send by; asked for when the execution starts, so that a server can be started first. */
  client: () => ExecutorClient | PromiseLike<ExecutorClient>;
  /** What to send by again when nobody was reached: a server that was started anew; nothing gives up. */
  recover?: ((error: unknown) => PromiseLike<ExecutorClient | undefined>) | undefined;
  /** A monotonic clock in milliseconds. */
  now: () => number;
  /** The digest of a model, where it is known or soon will be; must not throw. */
  digestOf: (model: string) => string | undefined | PromiseLike<string | undefined>;
  /** The memory of the request's model after its run, where the request asks for it; must not throw. */
  resourcesOf: (request: ExecutionRequest) => PromiseLike<ExecutionResources | undefined>;
}

/**
 * Starts an execution and gives its handle at once.
 * @throws OllamaError `INVALID_REQUEST` for a request that is a mistake in the program
 */
export function startExecution(request: ExecutionRequest, environment: ExecutionEnvironment): ExecutionHandle {
  assertExecutable(request);
  return new Execution(request, environment);
}

class Execution implements ExecutionHandle {
  readonly id: string = nextId();
  readonly result: Promise<ModelExecutionResult>;
  #answered: { promise: Promise<void>; settle: () => void } | undefined;
  #status: ExecutionStatus = "pending";
  readonly #request: ExecutionRequest;
  readonly #environment: ExecutionEnvironment;
  readonly #cancellation: Cancellation;
  readonly #events: EventBuffer = new EventBuffer(() => this.cancel());
  readonly #reply: ReplyCollector;
  readonly #trace: RequestTrace;
  readonly #record: ExecutionRecord;

  constructor(request: ExecutionRequest, environment: ExecutionEnvironment) {
    this.#request = request;
    this.#environment = environment;
    this.#cancellation = new Cancellation(request.signal);
    // Raw text, and text that is put into a gap, is nobody's answer.
    const verbatim = request.raw === true || request.suffix !== undefined;
    this.#reply = new ReplyCollector((event) => this.#events.push(event), { verbatim });
    const now = environment.now();
    this.#record = {
      id: this.id,
      createdAt: new Date().toISOString(),
      request,
      wire: { api: apiOf(request), options: {}, warnings: [] },
      reply: this.#reply,
      startedAtMs: now,
      endedAtMs: now,
    };
    this.#trace = new RequestTrace(this.#record.wire.api, request.model, this.id);
    this.result = this.#run();
    // A caller that only reads the events sees a rejection there; it must not also bring the process down.
    this.result.catch(() => {});
  }

  get status(): ExecutionStatus {
    return this.#status;
  }

  get answered(): Promise<void> {
    this.#answered ??= deferred();
    return this.#answered.promise;
  }

  cancel(): void {
    this.#cancellation.cancel(new OllamaError("ABORTED", `The run of model "${this.#request.model}" was cancelled.`));
  }

  // biome-ignore lint/suspicious/noThenProperty: a handle is awaitable by contract.
  then<A = ModelExecutionResult, B = never>(
    onResult?: ((result: ModelExecutionResult) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(onResult, onError);
  }

  [Symbol.asyncIterator](): AsyncIterator<ExecutionEvent> {
    return this.#events.read();
  }

  each(visit: (event: ExecutionEvent) => void): Promise<void> {
    const done = this.#events.read().each(visit);
    // Who awaits it learns of a failure, as of the result's; who does not must not be killed by it.
    done.catch(() => {});
    return done;
  }

  async #run(): Promise<ModelExecutionResult> {
    this.#events.push({ type: "start", id: this.id, model: this.#request.model });
    try {
      await this.#receive();
      return await this.#finish(undefined);
    } catch (thrown) {
      return await this.#fail(thrown);
    } finally {
      this.#cancellation.end();
    }
  }

  async #receive(): Promise<void> {
    const wire = await toWireExecution(this.#request);
    this.#record.wire = wire;
    this.#cancellation.throwIfAborted();
    const given = this.#environment.client();
    // A client that is there needs no waiting for.
    const client = "then" in given ? await untilAborted(given, this.#cancellation.signal) : given;
    this.#status = "running";
    const lines = await this.#openOrRecover(client, wire);
    await lines.each((line) => this.#take(line));
    if (this.#reply.last !== undefined) return await this.#letOthersGoFirst();
    this.#cancellation.throwIfAborted();
    throw new OllamaError(
      "STREAM_INCOMPLETE",
      `The answer of model "${this.#request.model}" broke off before it was done. The part that came is kept; ask again for a whole one.`,
    );
  }

  #take(line: ExecutorReplyLine): void {
    const atMs = this.#environment.now() - this.#record.startedAtMs;
    if (this.#reply.take(line, atMs)) this.#trace.firstToken(atMs);
    if (this.#reply.last !== undefined) this.#answered?.settle();
  }

  /** Whoever waits for the server to be free sends the next request before this one is finished. */
  async #letOthersGoFirst(): Promise<void> {
    if (this.#answered === undefined) return;
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #openOrRecover(client: ExecutorClient, wire: WireExecution): Promise<ReplyLines> {
    try {
      return await this.#open(client, wire);
    } catch (error) {
      const recovered = this.#environment.recover?.(error);
      const again = recovered === undefined ? undefined : await untilAborted(recovered, this.#cancellation.signal);
      if (again === undefined) throw error;
      return await this.#open(again, wire);
    }
  }

  /** Sends the request and waits for the answer to begin. */
  async #open(client: ExecutorClient, wire: WireExecution): Promise<ReplyLines> {
    this.#cancellation.throwIfAborted();
    const method: object = wire.api === "chat" ? client.chat : client.generate;
    const { timeouts, headers } = this.#request;
    const options = { ...(timeouts && { timeouts }), ...(headers && { headers }) };
    // From here the request is under way; starting a server is no part of its time to first token.
    this.#record.startedAtMs = this.#environment.now();
    if (givesOwnCalls(method)) {
      const { signal } = this.#request;
      const own = method.call(client, wire.body, { ...(signal && { signal }), ...options });
      this.#cancellation.attach(own);
      return await own;
    }
    const call = { signal: this.#cancellation.signal, ...options };
    return iterated(
      await (wire.api === "chat" ? client.chat(wire.body as never, call) : client.generate(wire.body as never, call)),
    );
  }

  async #fail(thrown: unknown): Promise<ModelExecutionResult> {
    const { reason } = this.#cancellation;
    if (this.#request.signal?.aborted) return this.#reject(abortError(this.#request, thrown));
    if (reason !== undefined) return await this.#finish(reason);
    if (OllamaError.is(thrown)) return await this.#finish(thrown);
    return this.#reject(thrown);
  }

  #reject(reason: unknown): never {
    this.#status = OllamaError.is(reason) && reason.code === "ABORTED" ? "cancelled" : "failed";
    this.#trace.fail(reason);
    this.#events.fail(reason);
    throw reason;
  }

  async #finish(error: OllamaError | undefined): Promise<ModelExecutionResult> {
    const { model, resources } = this.#request;
    this.#record.endedAtMs = this.#environment.now();
    this.#reply.end();
    this.#record.error = error;
    this.#record.digest = await this.#environment.digestOf(model);
    if (resources === true && error === undefined) {
      this.#record.resources = await this.#environment.resourcesOf(this.#request);
    }
    const result = buildResult(this.#record);
    if (error === undefined) this.#trace.end(result.tokensUsed);
    else this.#trace.fail(error);
    this.#status = error === undefined ? "succeeded" : error.code === "ABORTED" ? "cancelled" : "failed";
    this.#events.push({ type: "end", result });
    this.#events.close();
    return result;
  }
}

function iterated(lines: AsyncIterable<ExecutorReplyLine>): ReplyLines {
  return {
    each: async (take) => {
      for await (const line of lines) take(line);
    },
  };
}

function deferred(): { promise: Promise<void>; settle: () => void } {
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

function abortError(request: ExecutionRequest, thrown: unknown): OllamaError {
  if (OllamaError.is(thrown) && thrown.code === "ABORTED") return thrown;
  return new OllamaError("ABORTED", `The run of model "${request.model}" was aborted by its signal.`, {
    cause: request.signal?.reason,
  });
}

import type {
  ExecutionHandle,
  ExecutionRequest,
  ExecutionResources,
  ModelExecutionResult,
} from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import { type Run, startRun, untilAborted } from "@codo/ollama-contract/executor-kit";
import { type ReplyLines, returnsStoppableCalls } from "../client/stoppable-calls.js";
import { RequestTrace } from "../diagnostics/request-channels.js";
import { definedFields } from "../objects/defined-fields.js";
import type { ExecutorClient, ExecutorReplyLine } from "../wire/executor-client.js";
import { buildResult, type ExecutionRecord } from "./build-result.js";
import { openForeign, readForeignError } from "./foreign-client.js";
import { ReplyCollector } from "./reply-collector.js";
import { apiOf, toWireExecution, type WireExecution } from "./wire-request.js";

/** What an execution needs beside its request. */
export interface ExecutionEnvironment {
  /** The client to send by; asked for when the execution starts, so that a server can be started first. */
  client: () => ExecutorClient | PromiseLike<ExecutorClient>;
  /** What to send by again when nobody was reached: a server that was started again; nothing gives up. */
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
  return startRun(request, (run) => new Execution(request, environment, run).run());
}

class Execution {
  readonly #request: ExecutionRequest;
  readonly #environment: ExecutionEnvironment;
  readonly #run: Run;
  readonly #reply: ReplyCollector;
  readonly #trace: RequestTrace;
  readonly #record: ExecutionRecord;
  #mustLetOthersGoFirst = false;
  #hasBegun = false;
  /** Where the client sends to, where it says so. */
  #host: string | undefined;

  constructor(request: ExecutionRequest, environment: ExecutionEnvironment, run: Run) {
    this.#request = request;
    this.#environment = environment;
    this.#run = run;
    // Raw text, and text that is put into a gap, is nobody's answer.
    const verbatim = request.raw === true || request.suffix !== undefined;
    this.#reply = new ReplyCollector((event) => run.emit(event), { verbatim });
    const now = environment.now();
    this.#record = {
      id: run.id,
      createdAt: new Date().toISOString(),
      request,
      wire: { api: apiOf(request), options: {}, warnings: [] },
      reply: this.#reply,
      startedAtMs: now,
      endedAtMs: now,
    };
    this.#trace = new RequestTrace(this.#record.wire.api, request.model, run.id);
  }

  run(): Promise<ModelExecutionResult> {
    return this.#trace.within(() => this.#runToTheEnd());
  }

  async #runToTheEnd(): Promise<ModelExecutionResult> {
    try {
      await this.#receive();
      return await this.#finish(undefined);
    } catch (thrown) {
      return await this.#fail(thrown);
    }
  }

  async #receive(): Promise<void> {
    const wire = await toWireExecution(this.#request);
    this.#record.wire = wire;
    this.#run.cancellation.throwIfAborted();
    const given = this.#environment.client();
    // A client that is there needs no waiting for.
    const client = "then" in given ? await untilAborted(given, this.#run.cancellation.signal) : given;
    this.#host = client.host;
    this.#run.begin();
    const lines = await this.#openOrRecover(client, wire);
    await lines.each((line) => this.#take(line));
    if (this.#reply.last !== undefined) return await this.#letOthersGoFirst();
    this.#run.cancellation.throwIfAborted();
    throw new OllamaError(
      "STREAM_INCOMPLETE",
      `The answer of model "${this.#request.model}" was interrupted before it was done. The part that came is kept; ask again for a complete one.`,
    );
  }

  #take(line: ExecutorReplyLine): void {
    this.#hasBegun = true;
    const atMs = this.#environment.now() - this.#record.startedAtMs;
    if (this.#reply.take(line, atMs)) this.#trace.firstToken(atMs);
    if (this.#reply.last !== undefined) this.#mustLetOthersGoFirst = this.#run.tellAnswered();
  }

  /** A caller that waits for the server to be free sends the next request before this one is finished. */
  async #letOthersGoFirst(): Promise<void> {
    if (!this.#mustLetOthersGoFirst) return;
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #openOrRecover(client: ExecutorClient, wire: WireExecution): Promise<ReplyLines> {
    try {
      return await this.#open(client, wire);
    } catch (error) {
      const recovered = this.#environment.recover?.(error);
      const again = recovered === undefined ? undefined : await untilAborted(recovered, this.#run.cancellation.signal);
      if (again === undefined) throw error;
      return await this.#open(again, wire);
    }
  }

  /** Sends the request and waits for the answer to begin. */
  async #open(client: ExecutorClient, wire: WireExecution): Promise<ReplyLines> {
    this.#run.cancellation.throwIfAborted();
    const method: object = wire.api === "chat" ? client.chat : client.generate;
    const { timeouts, headers } = this.#request;
    const options = { ...(timeouts && { timeouts }), ...(headers && { headers }) };
    // From here the request is under way; starting a server is no part of its time to first token.
    this.#record.startedAtMs = this.#environment.now();
    if (returnsStoppableCalls(method)) {
      const { signal } = this.#request;
      const own = method.call(client, wire.body, { ...(signal && { signal }), ...options });
      this.#run.cancellation.attach(own);
      return await own;
    }
    const call = { signal: this.#run.cancellation.signal, ...options };
    const { body } = wire;
    const stream = wire.api === "chat" ? client.chat(body as never, call) : client.generate(body as never, call);
    return await openForeign(stream, call.signal);
  }

  async #fail(thrown: unknown): Promise<ModelExecutionResult> {
    const { reason } = this.#run.cancellation;
    if (this.#request.signal?.aborted) return this.#reject(abortError(this.#request, thrown));
    if (reason !== undefined) return await this.#finish(reason);
    const { model } = this.#request;
    const path = `/api/${this.#record.wire.api}`;
    const error = readForeignError(thrown, { method: "POST", path, host: this.#host ?? "the server", model });
    return error === undefined ? this.#reject(thrown) : await this.#finish(error);
  }

  #reject(reason: unknown): never {
    this.#trace.fail(reason);
    throw reason;
  }

  async #finish(error: OllamaError | undefined): Promise<ModelExecutionResult> {
    const { model, resources } = this.#request;
    this.#record.endedAtMs = this.#environment.now();
    this.#reply.end();
    this.#record.error = error;
    // A server that said nothing in time would be waited for again.
    const isSilent = error?.code.startsWith("TIMEOUT_") === true && !this.#hasBegun;
    this.#record.digest = isSilent ? undefined : await this.#environment.digestOf(model);
    if (resources === true && error === undefined) {
      this.#record.resources = await this.#environment.resourcesOf(this.#request);
    }
    const result = buildResult(this.#record);
    if (error === undefined) this.#trace.end(endDetails(result, this.#host));
    else this.#trace.fail(error);
    return result;
  }
}

/** What is published of a run's end. */
function endDetails({ tokensUsed, metadata }: ModelExecutionResult, host: string | undefined): object {
  const { usage, doneReason, options } = metadata;
  return definedFields({ tokensUsed, ...usage, doneReason: doneReason ?? undefined, options, host });
}

function abortError(request: ExecutionRequest, thrown: unknown): OllamaError {
  if (OllamaError.is(thrown) && thrown.code === "ABORTED") return thrown;
  return new OllamaError("ABORTED", `The run of model "${request.model}" was aborted by its signal.`, {
    cause: request.signal?.reason,
  });
}

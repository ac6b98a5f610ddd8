import type {
  CallOptions,
  EmbeddingRequest,
  EmbeddingResult,
  ExecutionHandle,
  ExecutionRequest,
  ExecutionResources,
  LoadedModel,
  ModelDescription,
  ModelExecutor,
  ServerDescription,
} from "@codo/ollama-contract";
import { sameModelName, toWireOptions } from "@codo/ollama-contract";
import { untilAborted } from "@codo/ollama-contract/executor-kit";
import { traceRequest } from "../diagnostics/request-channels.js";
import { readEmbeddings } from "../replies/read-embeddings.js";
import { numberOf, recordOf, textOf } from "../replies/reply-fields.js";
import type { ExecutorClient } from "../wire/executor-client.js";
import { readLoadedModels, toModelDescription } from "./describe-model.js";
import { readForeignError } from "./foreign-client.js";
import { processorShare } from "./processor-share.js";
import { type ExecutionEnvironment, startExecution } from "./start-execution.js";

/** Settings of {@link createExecutor}. */
export interface ExecutorInit {
  /** A monotonic clock in milliseconds. @defaultValue `performance.now` */
  now?: () => number;
  /** The digest of a model where it is known, for `metadata.model.digest`. An executor sends no request for it. */
  digestOf?: (model: string) => string | undefined | PromiseLike<string | undefined>;
  /**
   * Asked when a request could not reach its server: a client to send with again, or nothing.
   * @defaultValue a request that reaches nobody fails
   */
  recover?: (error: unknown) => PromiseLike<ExecutorClient | undefined>;
}

/**
 * An executor over a client, or over a function that gives one when a call needs it. It sends the requests that it is
 * asked for and nothing more; `resources: true` adds one `/api/ps`.
 */
export function createExecutor(
  client: ExecutorClient | (() => ExecutorClient | PromiseLike<ExecutorClient>),
  init: ExecutorInit = {},
): ModelExecutor {
  return new ClientExecutor(typeof client === "function" ? client : () => client, init);
}

class ClientExecutor implements ModelExecutor {
  readonly #client: () => ExecutorClient | PromiseLike<ExecutorClient>;
  readonly #init: ExecutorInit;
  readonly #environment: ExecutionEnvironment;

  constructor(client: () => ExecutorClient | PromiseLike<ExecutorClient>, init: ExecutorInit) {
    this.#client = client;
    this.#init = init;
    this.#environment = {
      client,
      recover: init.recover,
      now: init.now ?? (() => performance.now()),
      digestOf: init.digestOf ?? (() => undefined),
      resourcesOf: (request) => this.#resourcesOf(request),
    };
  }

  execute(request: ExecutionRequest): ExecutionHandle {
    return startExecution(request, this.#environment);
  }

  async embed({
    model,
    input,
    dimensions,
    truncate,
    keepAlive,
    options,
    ...call
  }: EmbeddingRequest): Promise<EmbeddingResult> {
    const wireOptions = toWireOptions(options ?? {}).options;
    const body = {
      model,
      input,
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(truncate === undefined ? {} : { truncate }),
      ...(keepAlive === undefined ? {} : { keep_alive: keepAlive }),
      ...(Object.keys(wireOptions).length === 0 ? {} : { options: wireOptions }),
    };
    const reply = await traceRequest("embed", model, () =>
      this.#ask((client) => client.embed(body, call), call.signal),
    );
    const promptTokens = numberOf(reply.prompt_eval_count);
    return {
      model: textOf(reply.model) || model,
      embeddings: readEmbeddings(reply.embeddings, model, input.length),
      ...(promptTokens === undefined ? {} : { promptTokens }),
    };
  }

  async describeModel(name: string, call?: CallOptions): Promise<ModelDescription> {
    const show = await traceRequest("show", name, () =>
      this.#ask((client) => client.show({ model: name }, call), call?.signal),
    );
    const digest = await this.#init.digestOf?.(name);
    return { ...toModelDescription(name, show), ...(digest === undefined ? {} : { digest }) };
  }

  async listLoaded(call?: CallOptions): Promise<LoadedModel[]> {
    const reply = await traceRequest("ps", undefined, () => this.#ask((client) => client.ps(call), call?.signal));
    return readLoadedModels(reply);
  }

  async describeServer(call?: CallOptions): Promise<ServerDescription> {
    const client = await this.#client();
    const { version } = recordOf(await client.version?.(call));
    return { version: textOf(version) || "unknown", url: client.host ?? "" };
  }

  async #ask<T>(send: (client: ExecutorClient) => PromiseLike<T>, signal?: AbortSignal): Promise<T> {
    const client = await this.#client();
    try {
      // A client that is not ours may know no signal.
      return await untilAborted(send(client), signal);
    } catch (error) {
      const again = await this.#init.recover?.(error);
      if (again !== undefined) return await send(again);
      const { host = "the server" } = client;
      throw readForeignError(error, { method: "POST", path: "/api", host }) ?? error;
    }
  }

  async #resourcesOf({ model, signal }: ExecutionRequest): Promise<ExecutionResources | undefined> {
    try {
      const loaded = await this.listLoaded(signal === undefined ? {} : { signal });
      const found = loaded.find((candidate) => sameModelName(candidate.name, model));
      if (found === undefined) return undefined;
      const { sizeBytes, vramBytes } = found;
      return { sizeBytes, vramBytes, processor: processorShare(sizeBytes, vramBytes) };
    } catch {
      // A measurement beside the run: without it the answer is as good.
      return undefined;
    }
  }
}

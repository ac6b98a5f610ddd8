import type {
  CallOptions,
  EmbeddingRequest,
  EmbeddingResult,
  ExecutionHandle,
  ExecutionRequest,
  LoadedModel,
  ModelDescription,
  ModelExecutionResult,
  ModelExecutor,
  OllamaModel,
  ServerDescription,
} from "@codo/ollama-contract";
import { OLLAMA_CONFIG_DEFAULTS, OllamaError } from "@codo/ollama-contract";
import { abortErrorOf, untilAborted } from "@codo/ollama-contract/executor-kit";
import { RequestTrace } from "../diagnostics/request-channels.js";
import { createExecutor } from "../execution/create-executor.js";
import { trackProgress } from "../progress/track-progress.js";
import type { OllamaServer } from "../server/ollama-server.js";
import { connectManager } from "./connect-manager.js";
import type { ManagerClient } from "./manager-client.js";
import type {
  DownloadModelOptions,
  EnsureModelOptions,
  ListModelsOptions,
  OllamaManagerInit,
  RunModelCall,
  RunModelOptions,
} from "./manager-options.js";
import { ModelCatalog } from "./model-catalog.js";
import { computeModelStats, type ModelStats } from "./model-stats.js";
import { pullWithRecovery } from "./pull-with-recovery.js";
import type { ServerConnection } from "./server-connection.js";

const DOWNLOAD_DEFAULTS = { stallMs: 30_000, maxStalls: 5 };

/**
 * Models on a server that it finds, or starts when the first call needs one. Methods that give a boolean resolve
 * `false` for what can be expected to fail and keep the reason in {@link OllamaManager.lastError}; the others reject
 * with an `OllamaError`. An abort by the caller's signal always rejects with `ABORTED`.
 */
export class OllamaManager implements ModelExecutor, AsyncDisposable {
  /** The server in use; absent where a client was given. */
  readonly server: OllamaServer | undefined;
  readonly #init: OllamaManagerInit;
  readonly #ownsServer: boolean;
  readonly #connection: Pick<ServerConnection, "client" | "recover">;
  readonly #executor: ModelExecutor;
  readonly #catalog: ModelCatalog;
  #lastError: OllamaError | undefined;

  constructor(init: OllamaManagerInit = {}) {
    this.#init = init;
    this.#ownsServer = init.server === undefined;
    const { server, connection } = connectManager(init);
    this.server = server;
    this.#connection = connection;
    const now = init.now ?? (() => performance.now());
    this.#executor = createExecutor(() => this.#connection.client(), {
      now,
      recover: (error) => this.#connection.recover(error),
      digestOf: (model) => this.#catalog.digestOf(model),
    });
    this.#catalog = new ModelCatalog({
      list: () => this.#list(),
      listLoaded: () => this.#executor.listLoaded(this.#shortCall()),
      ttlMs: (init.cacheTtl ?? OLLAMA_CONFIG_DEFAULTS.cacheTtl) * 1000,
      now,
    });
  }

  /** Why the last method that gives a boolean or a result did not succeed; absent when it did. */
  get lastError(): OllamaError | undefined {
    return this.#lastError;
  }

  /** A client to the server, which is found or started for it. @throws OllamaError `SERVER_UNAVAILABLE` */
  async client(): Promise<ManagerClient> {
    return await this.#connection.client();
  }

  /**
   * Lists the models of the server. The list is kept for `cacheTtl` seconds, or until this manager changes it; calls at
   * the same time share one request.
   * @throws OllamaError `SERVER_UNAVAILABLE` and what else keeps the server from answering
   */
  async listModels({ forceRefresh = false, signal }: ListModelsOptions = {}): Promise<OllamaModel[]> {
    return await untilAborted(this.#catalog.models(forceRefresh), signal);
  }

  /** Whether the server has a model. A model that the kept list lacks is looked for on the server before it says no. */
  async isModelAvailable(modelName: string, { signal }: Pick<CallOptions, "signal"> = {}): Promise<boolean> {
    return await this.#succeeds(signal, async () => {
      if ((await untilAborted(this.#catalog.find(modelName), signal)) === undefined) throw notFound(modelName);
    });
  }

  /**
   * A model by its name, compared as Ollama does (`x` is `x:latest`, case does not count); `undefined` where the server
   * has none.
   * @throws OllamaError `SERVER_UNAVAILABLE` and what else keeps the server from answering
   */
  async getModelByName(
    modelName: string,
    { signal }: Pick<CallOptions, "signal"> = {},
  ): Promise<OllamaModel | undefined> {
    return await untilAborted(this.#catalog.find(modelName), signal);
  }

  /** Counts and sizes of the models, and what is loaded now. @throws OllamaError as {@link OllamaManager.listModels} */
  async getModelStats({ signal }: Pick<CallOptions, "signal"> = {}): Promise<ModelStats> {
    this.#catalog.invalidateLoaded();
    const [models, loaded] = await untilAborted(
      Promise.all([this.#catalog.models(false), this.#executor.listLoaded(this.#shortCall())]),
      signal,
    );
    return computeModelStats(models, loaded);
  }

  /**
   * Gets a model from the registry. Progress never goes backwards; a transfer that stalls or breaks off is asked for
   * again, and the server goes on where it was.
   * @returns whether it is there now; if not, {@link OllamaManager.lastError} says why
   */
  async downloadModel(modelName: string, options: DownloadModelOptions = {}): Promise<boolean> {
    return await this.#succeeds(options.signal, () => this.#download(modelName, options));
  }

  /**
   * Makes sure that a model is there: looks, and downloads it if it is missing and `pull` is not `false`.
   * @returns whether it is there now; if not, {@link OllamaManager.lastError} says why
   */
  async ensureModel(modelName: string, { pull = true, ...options }: EnsureModelOptions = {}): Promise<boolean> {
    return await this.#succeeds(options.signal, async () => {
      if ((await untilAborted(this.#catalog.find(modelName), options.signal)) !== undefined) return;
      if (!pull) throw notFound(modelName);
      await this.#download(modelName, options);
    });
  }

  /**
   * Runs a prompt and gives the whole result. A run that fails is a result with `success: false`, `errorMessage` for a
   * person and `metadata.error` for a program.
   * @throws OllamaError `INVALID_REQUEST` for a mistake in the program, `ABORTED` when the signal aborts
   */
  async runModel(
    modelName: string,
    prompt: string,
    { onChunk, ...options }: RunModelCall = {},
  ): Promise<ModelExecutionResult> {
    const handle = this.runModelAsync(modelName, prompt, options);
    // Leaving the loop by an exception of the listener cancels the run.
    if (onChunk !== undefined) for await (const event of handle) if (event.type === "text") onChunk(event.text);
    const result = await handle;
    const { error } = result.metadata;
    this.#lastError =
      error && new OllamaError(error.code, result.errorMessage ?? error.code, { retryable: error.retryable });
    return result;
  }

  /**
   * Starts a prompt and gives its handle at once.
   * @throws OllamaError `INVALID_REQUEST` for a mistake in the program
   */
  runModelAsync(modelName: string, prompt: string, options: RunModelOptions = {}): ExecutionHandle {
    if (typeof prompt !== "string") {
      throw new OllamaError("INVALID_REQUEST", `The prompt has to be a text; it is ${typeof prompt}.`);
    }
    const { stream: _, ...request } = options;
    return this.execute({ ...request, model: modelName, prompt });
  }

  execute(request: ExecutionRequest): ExecutionHandle {
    const handle = this.#executor.execute(request);
    const onResult = ({ metadata }: ModelExecutionResult): void => {
      this.#catalog.invalidateLoaded();
      if (metadata.error?.code === "MODEL_NOT_FOUND") this.#catalog.invalidate();
    };
    handle.result.then(onResult, () => this.#catalog.invalidateLoaded());
    return handle;
  }

  async embed(request: EmbeddingRequest): Promise<EmbeddingResult> {
    this.#catalog.invalidateLoaded();
    return await this.#executor.embed(request);
  }

  /** What a model is and can do, from `show`; asked for once for each digest. @throws OllamaError `MODEL_NOT_FOUND` */
  async describeModel(name: string, call: CallOptions = {}): Promise<ModelDescription> {
    const describing = this.#catalog.describe(name, () =>
      this.#executor.describeModel(name, { ...this.#shortCall(), ...call }),
    );
    return await untilAborted(describing, call.signal);
  }

  /** What a model can do: `completion`, `tools`, `thinking`, … @throws OllamaError `MODEL_NOT_FOUND` */
  async getCapabilities(name: string, call: CallOptions = {}): Promise<string[]> {
    return [...(await this.describeModel(name, call)).capabilities];
  }

  async listLoaded(call: CallOptions = {}): Promise<LoadedModel[]> {
    return await this.#executor.listLoaded({ ...this.#shortCall(), ...call });
  }

  async describeServer(call: CallOptions = {}): Promise<ServerDescription> {
    const { version, url } = (await this.#executor.describeServer?.({ ...this.#shortCall(), ...call })) ?? {
      version: "unknown",
      url: "",
    };
    return { version, url };
  }

  /** Says that something else changed the models of the server: the next call asks it. */
  invalidateModels(): void {
    this.#catalog.invalidate();
  }

  /** Stops the server if this manager started it. The manager can be used again, and then starts one again. */
  async cleanup(): Promise<void> {
    this.#catalog.invalidate();
    if (this.#ownsServer) await this.server?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cleanup();
  }

  async #list(): Promise<Awaited<ReturnType<ManagerClient["list"]>>> {
    const client = await this.#connection.client();
    try {
      return await client.list(this.#shortCall());
    } catch (error) {
      const again = await this.#connection.recover(error);
      if (again === undefined) throw error;
      return await again.list(this.#shortCall());
    }
  }

  async #download(
    model: string,
    { onProgress, signal, insecure, stallMs, maxStalls }: DownloadModelOptions,
  ): Promise<void> {
    const trace = new RequestTrace("pull", model);
    const ended = this.#catalog.beginDownload(model);
    const lines = pullWithRecovery({
      model,
      client: () => this.#connection.client(),
      insecure,
      signal,
      stallMs: stallMs ?? DOWNLOAD_DEFAULTS.stallMs,
      maxStalls: maxStalls ?? DOWNLOAD_DEFAULTS.maxStalls,
      onStall: (stalls, why) =>
        this.#init.logger?.warn?.(`Asking for model "${model}" again: ${why.replace(/\.$/, "")}.`, { stalls }),
    });
    try {
      for await (const progress of trackProgress(lines)) onProgress?.(progress);
      trace.end();
    } catch (error) {
      trace.fail(error);
      throw error;
    } finally {
      ended();
    }
  }

  /** Short calls end in time; the time is the config's, which has seconds. */
  #shortCall(): CallOptions {
    const seconds = this.#init.requestTimeout ?? OLLAMA_CONFIG_DEFAULTS.requestTimeout;
    return { timeouts: { totalMs: seconds * 1000 } };
  }

  async #succeeds(signal: AbortSignal | undefined, action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      this.#lastError = undefined;
      return true;
    } catch (error) {
      if (signal?.aborted) throw OllamaError.is(error) && error.code === "ABORTED" ? error : abortErrorOf(signal);
      if (!OllamaError.is(error)) throw error;
      this.#lastError = error;
      return false;
    }
  }
}

function notFound(name: string): OllamaError {
  return new OllamaError("MODEL_NOT_FOUND", `The server has no model "${name}".`, {
    advice: `Download it with "ollama pull ${name}" or manager.downloadModel, or see manager.listModels for what is there.`,
    details: { model: name },
  });
}

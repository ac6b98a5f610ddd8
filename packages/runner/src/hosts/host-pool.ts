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
} from "@codo/ollama-contract";
import { errorOfResult, type Run, startRun } from "@codo/ollama-contract/executor-kit";
import { failedResult } from "../results/failed-result.js";
import { type FailoverPool, withFailover } from "./failover.js";
import { HealthMonitor } from "./health-monitor.js";
import { HostScheduler } from "./host-scheduler.js";
import type { HostPoolOptions, HostStatus } from "./host-types.js";
import type { PoolHost } from "./pool-host.js";

/**
 * An executor over several servers. Work goes to the least busy host that has the model; a host that dies gives its
 * work to the others. Results say in `metadata.host` where they ran. A stream of which a part was read already is not
 * begun again elsewhere: it fails with what came.
 */
export class HostPool implements ModelExecutor, AsyncDisposable {
  readonly #pool: FailoverPool;

  /** Use {@link createHostPool}, which makes the hosts. */
  constructor(hosts: readonly PoolHost[], options: HostPoolOptions = {}) {
    const now = (): number => performance.now();
    const scheduler = new HostScheduler(hosts, now);
    const health = new HealthMonitor(hosts, options, () => scheduler.reassign());
    this.#pool = { hosts, scheduler, health, now, modelMemoryMs: options.modelMemoryMs ?? 60_000 };
  }

  /** How each host is doing, in the order they were given. */
  get hosts(): HostStatus[] {
    return this.#pool.hosts.map((host) => host.status());
  }

  execute(request: ExecutionRequest): ExecutionHandle {
    return startRun(request, async (run) => {
      run.begin();
      return await this.#execute(request, run);
    });
  }

  async embed(request: EmbeddingRequest): Promise<EmbeddingResult> {
    return await withFailover(this.#pool, {
      model: request.model,
      signals: [request.signal],
      attempt: (host) => host.executor.embed(request),
      canRepeat: () => true,
    });
  }

  async describeModel(name: string, call: CallOptions = {}): Promise<ModelDescription> {
    return await withFailover(this.#pool, {
      model: name,
      signals: [call.signal],
      attempt: async (host) => ({ ...(await host.executor.describeModel(name, call)), host: host.name }),
      canRepeat: () => true,
    });
  }

  /** The loaded models of all hosts that answer; a model that two hosts hold is listed twice. */
  async listLoaded(call: CallOptions = {}): Promise<LoadedModel[]> {
    const answers = await Promise.allSettled(this.#pool.hosts.map((host) => host.executor.listLoaded(call)));
    const lists = answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
    const failed = answers.find((answer) => answer.status === "rejected");
    if (lists.length === 0 && failed !== undefined) throw failed.reason;
    return lists.flat();
  }

  /** Asks every host whether it answers. */
  async checkHealth(): Promise<HostStatus[]> {
    await this.#pool.health.probeAll();
    return this.hosts;
  }

  /** Stops looking after hosts. The servers are left as they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#pool.health.close();
  }

  async #execute(request: ExecutionRequest, run: Run): Promise<ModelExecutionResult> {
    let last: ModelExecutionResult | undefined;
    try {
      return await withFailover(this.#pool, {
        model: request.model,
        signals: [run.cancellation.signal],
        canRepeat: () => !run.hasPassedOn,
        attempt: async (host) => {
          run.forgetEvents();
          last = await runOn(host, request, run);
          if (last.success || last.metadata.error?.code === "ABORTED") return last;
          throw errorOfResult(last);
        },
      });
    } catch (error) {
      if (request.signal?.aborted) throw error;
      // A failure of the last host that was tried has a result of its own, with the part that came.
      return last ?? failedResult(request, run.cancellation.reason ?? error, run.id);
    }
  }
}

async function runOn(host: PoolHost, request: ExecutionRequest, run: Run): Promise<ModelExecutionResult> {
  const inner = host.executor.execute(request);
  // The caller's signal reaches it by the request.
  run.cancellation.attach({ abort: () => inner.cancel() });
  for await (const event of inner) {
    if (event.type !== "start" && event.type !== "end") run.emit(event);
  }
  const result = await inner.result;
  result.metadata.host = host.name;
  return { ...result, id: run.id };
}

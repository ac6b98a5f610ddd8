import { OllamaError, type OllamaErrorCode } from "@codo/ollama-contract";
import { throwIfAborted } from "@codo/ollama-contract/executor-kit";
import { toOllamaError } from "../results/failed-result.js";
import type { HealthMonitor } from "./health-monitor.js";
import type { HostScheduler } from "./host-scheduler.js";
import type { PoolHost } from "./pool-host.js";

/** Failures that mean that the host is gone. */
const HOST_IS_GONE: ReadonlySet<OllamaErrorCode> = new Set([
  "SERVER_UNAVAILABLE",
  "CONNECTION_LOST",
  "TIMEOUT_CONNECT",
]);
/** Failures that may mean it: the host is asked whether it still answers. */
const HOST_MAY_BE_GONE: ReadonlySet<OllamaErrorCode> = new Set(["STREAM_INCOMPLETE", "SERVER_ERROR"]);

/** What a piece of work needs of its pool. */
export interface FailoverPool {
  hosts: readonly PoolHost[];
  scheduler: HostScheduler;
  health: HealthMonitor;
  now: () => number;
  modelMemoryMs: number;
}

/** A piece of work that any host with the model can do. */
export interface HostWork<T> {
  model: string;
  signals: readonly (AbortSignal | undefined)[];
  /** Does the work on a host. Failures are thrown. */
  attempt: (host: PoolHost) => Promise<T>;
  /** Whether a failed attempt may be made again elsewhere; not when a part was already passed on. */
  canRepeat: () => boolean;
}

/**
 * Does work on the least busy host that has the model, and on the next one when that host is gone, too busy or lacks
 * the model.
 * @throws OllamaError the last failure, or `SERVER_UNAVAILABLE` when no host is up
 */
export async function withFailover<T>(pool: FailoverPool, work: HostWork<T>): Promise<T> {
  const tried = new Set<PoolHost>();
  let failure: unknown;
  while (true) {
    const host = await nextHost(pool, work, tried);
    if (host === undefined) throw failure ?? noHost(pool, work.model);
    try {
      const outcome = await work.attempt(host);
      host.learnHas(work.model);
      return outcome;
    } catch (error) {
      const isElsewhere = await isWorthAnotherHost(pool, { host, model: work.model, error });
      // "Not found" and "busy" of one host say less than what another one failed with before.
      failure = failure === undefined || !isElsewhere ? error : moreTelling(failure, error);
      tried.add(host);
      if (!isElsewhere || !work.canRepeat()) throw error;
    } finally {
      pool.scheduler.release(host);
    }
  }
}

async function nextHost(
  { hosts, scheduler, health, now }: FailoverPool,
  { model, signals }: Pick<HostWork<unknown>, "model" | "signals">,
  tried: ReadonlySet<PoolHost>,
): Promise<PoolHost | undefined> {
  for (const signal of signals) throwIfAborted(signal, "The run");
  const host = await scheduler.acquire({ model, tried, signals });
  if (host !== undefined) return host;
  const down = hosts.filter(
    (candidate) => !candidate.isUp && !tried.has(candidate) && candidate.mayServe(model, now()),
  );
  // Rather than give up, ask those that were down a moment ago.
  if (down.length === 0 || !(await health.probeAll(down))) return undefined;
  return await scheduler.acquire({ model, tried, signals });
}

async function isWorthAnotherHost(
  { health, now, modelMemoryMs }: FailoverPool,
  { host, model, error }: { host: PoolHost; model: string; error: unknown },
): Promise<boolean> {
  const { code, message } = toOllamaError(error);
  if (code === "SERVER_BUSY") return true;
  if (code === "MODEL_NOT_FOUND") {
    host.learnLacks(model, now() + modelMemoryMs);
    return true;
  }
  if (HOST_IS_GONE.has(code)) {
    health.markDown(host, message);
    return true;
  }
  return HOST_MAY_BE_GONE.has(code) && !(await health.probe(host));
}

function moreTelling(first: unknown, second: unknown): unknown {
  return toOllamaError(first).code === "MODEL_NOT_FOUND" ? second : first;
}

function noHost({ hosts, now }: FailoverPool, model: string): OllamaError {
  const states = hosts.map((host) => {
    const reason = host.isUp ? (host.mayServe(model, now()) ? "up" : `lacks "${model}"`) : (host.lastError ?? "down");
    return `${host.name}: ${reason}`;
  });
  const hasNone = hosts.every((host) => host.isUp && !host.mayServe(model, now()));
  const what = hasNone
    ? `No host of the pool has model "${model}"`
    : `No host of the pool can run model "${model}" now`;
  return new OllamaError(hasNone ? "MODEL_NOT_FOUND" : "SERVER_UNAVAILABLE", `${what} (${states.join("; ")}).`, {
    details: { model, hosts: states },
  });
}

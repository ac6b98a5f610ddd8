import { abortErrorOf } from "@codo/ollama-contract/executor-kit";
import type { PoolHost } from "./pool-host.js";

/** Who asks for a host. */
export interface HostWish {
  model: string;
  /** Hosts that were tried already. */
  tried: ReadonlySet<PoolHost>;
  signals: readonly (AbortSignal | undefined)[];
}

interface Waiter {
  wish: HostWish;
  assign: (host: PoolHost | undefined) => void;
}

/** Gives work to the least busy host that may do it; where all of those are full, it waits its turn. */
export class HostScheduler {
  readonly #hosts: readonly PoolHost[];
  readonly #now: () => number;
  readonly #waiters: Set<Waiter> = new Set();

  constructor(hosts: readonly PoolHost[], now: () => number) {
    this.#hosts = hosts;
    this.#now = now;
  }

  /**
   * A host with room, which is then taken until it is released; `undefined` when none that is up may do the work.
   * @throws OllamaError `ABORTED` when a signal fires while waiting
   */
  async acquire(wish: HostWish): Promise<PoolHost | undefined> {
    const eligible = this.#eligible(wish);
    const free = leastBusy(eligible, wish.model);
    if (free === undefined && eligible.length > 0) return await this.#wait(wish);
    if (free !== undefined) free.running++;
    return free;
  }

  release(host: PoolHost): void {
    host.running--;
    host.finished++;
    this.reassign();
  }

  /** Looks again at those who wait: room came free, or a host went down or came back. */
  reassign(): void {
    for (const waiter of this.#waiters) {
      const eligible = this.#eligible(waiter.wish);
      const free = leastBusy(eligible, waiter.wish.model);
      if (free === undefined && eligible.length > 0) continue;
      if (free !== undefined) free.running++;
      this.#waiters.delete(waiter);
      waiter.assign(free);
    }
  }

  #eligible({ model, tried }: HostWish): PoolHost[] {
    const now = this.#now();
    return this.#hosts.filter((host) => host.isUp && !tried.has(host) && host.mayServe(model, now));
  }

  async #wait(wish: HostWish): Promise<PoolHost | undefined> {
    const signals = wish.signals.filter((signal) => signal !== undefined);
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const waiter: Waiter = { wish, assign: resolve };
        onAbort = () => {
          this.#waiters.delete(waiter);
          reject(
            abortErrorOf(
              signals.find((signal) => signal.aborted),
              "The wait for a host",
            ),
          );
        };
        for (const signal of signals) signal.addEventListener("abort", onAbort, { once: true });
        this.#waiters.add(waiter);
      });
    } finally {
      for (const signal of signals) if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    }
  }
}

/** The least full host with room; of equals one that has run the model, and of those the one that did least. */
function leastBusy(hosts: readonly PoolHost[], model: string): PoolHost | undefined {
  const known = (host: PoolHost): number => (host.isKnownToServe(model) ? 0 : 1);
  return hosts
    .filter((host) => host.hasRoom)
    .reduce<PoolHost | undefined>((best, host) => {
      if (best === undefined) return host;
      const order = host.load - best.load || known(host) - known(best) || host.finished - best.finished;
      return order < 0 ? host : best;
    }, undefined);
}

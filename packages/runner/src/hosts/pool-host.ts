import { type ModelExecutor, sameModelName } from "@codo/ollama-contract";
import type { HostInit, HostStatus } from "./host-types.js";

/** Hosts without a limit count as having this many places when it is asked which one is least busy. */
const ASSUMED_PLACES = 4;

/** A host as the pool keeps track of it. */
export class PoolHost {
  readonly name: string;
  readonly executor: ModelExecutor;
  running = 0;
  finished = 0;
  isUp = true;
  lastError: string | undefined;
  readonly #concurrency: number;
  readonly #models: readonly string[] | undefined;
  readonly #has: Set<string> = new Set();
  readonly #lacksUntil: Map<string, number> = new Map();

  constructor(name: string, executor: ModelExecutor, { concurrency, models }: HostInit) {
    this.name = name;
    this.executor = executor;
    this.#concurrency = concurrency ?? Number.POSITIVE_INFINITY;
    this.#models = models;
  }

  get hasRoom(): boolean {
    return this.running < this.#concurrency;
  }

  /** How full it is; hosts of different sizes are compared by the share of their places. */
  get load(): number {
    return this.running / Math.min(this.#concurrency, Math.max(ASSUMED_PLACES, this.running));
  }

  /** Whether it may have a model, as far as is known. */
  mayServe(model: string, now: number): boolean {
    if (this.#models !== undefined) return this.#models.some((name) => sameModelName(name, model));
    return (this.#lacksUntil.get(model) ?? 0) <= now;
  }

  /** Whether it is known to have a model, by having run it. */
  isKnownToServe(model: string): boolean {
    return this.#has.has(model);
  }

  learnHas(model: string): void {
    this.#has.add(model);
    this.#lacksUntil.delete(model);
  }

  learnLacks(model: string, until: number): void {
    this.#has.delete(model);
    this.#lacksUntil.set(model, until);
  }

  status(): HostStatus {
    const { name, isUp, running, finished, lastError } = this;
    return {
      name,
      isUp,
      running,
      finished,
      ...(Number.isFinite(this.#concurrency) && { concurrency: this.#concurrency }),
      ...(lastError !== undefined && { lastError }),
    };
  }
}

import { AutoLimit, type ConcurrencyLimit, fixedLimit, type RequestSample } from "@codo/ollama-runner/batch-kit";

/** Places at a worker's server, shared by the queues of all its models. */
export class Slots {
  running = 0;
  readonly #limit: ConcurrencyLimit;
  readonly #onChange: () => void;
  readonly #waiting: (() => void)[] = [];

  /** @param onChange called when there may be more or fewer places than before */
  constructor(concurrency: number | "auto", onChange: () => void) {
    this.#limit = concurrency === "auto" ? new AutoLimit() : fixedLimit(concurrency);
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#limit.current;
  }

  /** Takes a place, as soon as one is free. */
  async acquire(): Promise<void> {
    if (this.running >= this.size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.running++;
  }

  release(): void {
    this.running--;
    this.#admit();
  }

  /** Learns from a request that ended. */
  finished(sample: RequestSample): void {
    const before = this.size;
    this.#limit.finished(sample);
    if (this.size === before) return;
    this.#onChange();
    this.#admit();
  }

  #admit(): void {
    const free = this.size - this.running;
    for (const next of this.#waiting.splice(0, Math.max(0, free))) next();
  }
}

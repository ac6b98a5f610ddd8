import type { Clock } from "../../src/index.js";

/** A clock whose timers fire when they are told to, so that no test waits. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers = new Map<number, { atMs: number; callback: () => void }>();
  #next = 1;

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): number {
    this.#timers.set(this.#next, { atMs: this.#nowMs + delayMs, callback });
    return this.#next++;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const [id, { atMs, callback }] of [...this.#timers].sort(([, a], [, b]) => a.atMs - b.atMs)) {
      if (atMs > this.#nowMs || !this.#timers.delete(id)) continue;
      callback();
    }
  }

  get pending(): number {
    return this.#timers.size;
  }
}

import type { Clock } from "@codo/ollama-contract";

/** The span that a rate is measured over, in milliseconds. */
const WINDOW_MS = 5_000;

/** Samples closer together than this are one. */
const RESOLUTION_MS = 100;

interface Sample {
  atMs: number;
  bytes: number;
}

/** Bytes per second over the last five seconds. */
export class RateMeter {
  readonly #clock: Clock;
  #samples: Sample[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes how many bytes were moved in all until now. */
  record(bytes: number): void {
    const atMs = this.#clock.now();
    const last = this.#samples.at(-1);
    if (last !== undefined && this.#samples.length > 1 && atMs - last.atMs < RESOLUTION_MS) last.bytes = bytes;
    else this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) >= WINDOW_MS) this.#samples.shift();
  }

  /** `undefined` until time has passed between two notes. */
  get bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const elapsedMs = this.#clock.now() - first.atMs;
    return elapsedMs <= 0 ? undefined : ((last.bytes - first.bytes) / elapsedMs) * 1000;
  }
}

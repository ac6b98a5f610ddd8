import type { ConcurrencyLimit, RequestSample } from "./concurrency-limit.js";

const START = 4;
/** A higher level has to bring this much more to be kept. */
const GAIN = 1.08;
/** A lower level that reaches this share of the best is as good. */
const ENOUGH = 0.93;
/** Requests kept waiting at the server, so that it never idles between two of them. */
const QUEUED = 2;
/** Requests between two attempts at a higher level, once settled. */
const REPROBE_AFTER = 400;
/** Requests without a refusal before the level rises by one again. */
const RISE_AFTER = 20;
/** Requests without a refusal before the level that was refused is tried again. */
const FORGET_AFTER = 1000;

/** Numbers that an automatic limit stays within. */
export interface AutoLimitBounds {
  /** @defaultValue 64 */
  max?: number;
}

/**
 * Finds the least concurrency that keeps a server busy.
 *
 * At a level L the throughput is L / latency (Little's law), which needs no clock edges: the level doubles while that
 * brings at least 8 %, then the least sufficient level is bisected, and two are added that wait at the server. A server
 * that does one at a time gets one that waits. A 503 halves the level and remembers the one that was too high.
 */
export class AutoLimit implements ConcurrencyLimit {
  #level: number = START;
  readonly #max: number;
  #phase: "grow" | "bisect" | "settled" = "grow";
  #best: { level: number; rate: number } = { level: 0, rate: 0 };
  /** In bisection: the highest level known to be too low, and the lowest known to do. */
  #tooLow = 0;
  #enough: number = START;
  /** The least level that the server refused. */
  #refused = Number.POSITIVE_INFINITY;
  #epoch: Epoch = newEpoch(Number.NEGATIVE_INFINITY);
  #sinceSettled = 0;
  #isReprobe = false;
  /** A level that looked too low once. */
  #doubted: number | undefined;
  #sinceRefused = 0;

  constructor({ max = 64 }: AutoLimitBounds = {}) {
    this.#max = Math.max(1, max);
    this.#level = Math.min(START, this.#max);
  }

  get current(): number {
    return this.#level;
  }

  finished(sample: RequestSample): void {
    if (sample.startedAtMs < this.#epoch.sinceMs) return;
    if (sample.isBusy) this.#backOff(sample.endedAtMs);
    else if (this.#refused < Number.POSITIVE_INFINITY) this.#rise(sample.endedAtMs);
    else if (this.#phase === "settled") this.#maybeReprobe(sample.endedAtMs);
    else this.#search(sample);
  }

  #search(sample: RequestSample): void {
    const rate = this.#measure(sample);
    if (rate === undefined) return;
    if (this.#phase === "grow") this.#grow(rate, sample.endedAtMs);
    else this.#bisect(rate, sample.endedAtMs);
  }

  /** Collects one epoch at a level. The first `level` requests of it were sent while it changed, and don't count. */
  #measure({ startedAtMs, endedAtMs, work }: RequestSample): number | undefined {
    const epoch = this.#epoch;
    if (++epoch.seen <= this.#level) return undefined;
    epoch.work += work;
    epoch.latencyMs += endedAtMs - startedAtMs;
    if (epoch.seen < this.#level + Math.max(this.#phase === "bisect" ? 24 : 8, 2 * this.#level)) return undefined;
    return (this.#level * epoch.work) / Math.max(epoch.latencyMs, Number.MIN_VALUE);
  }

  #grow(rate: number, nowMs: number): void {
    const isBetter = rate > this.#best.rate * GAIN;
    if (isBetter) {
      this.#tooLow = Math.max(this.#tooLow, this.#best.level);
      this.#best = { level: this.#level, rate };
    }
    if (isBetter && this.#level < this.#max) {
      this.#moveTo(Math.min(this.#level * 2, this.#max), nowMs);
      return;
    }
    this.#phase = "bisect";
    this.#enough = this.#best.level;
    // Two measurements of a busy server: the higher one alone would be its luckiest moment.
    this.#best.rate = (this.#best.rate + rate) / 2;
    // With few requests at once a lucky epoch could have said that a level was too low: it is measured again.
    if (!this.#isReprobe && this.#best.level <= 2 * START) this.#tooLow = 0;
    this.#nextBisection(nowMs);
  }

  #bisect(rate: number, nowMs: number): void {
    if (this.#doubted !== undefined && this.#level !== this.#doubted) {
      this.#best.rate = rate;
      this.#moveTo(this.#doubted, nowMs);
      return;
    }
    const isEnough = rate >= this.#best.rate * ENOUGH;
    const isFew = this.#best.level <= 2 * START;
    if (!isEnough && isFew && this.#doubted === undefined) {
      // The machine may have become slower since the other level was measured: both are measured again.
      this.#doubted = this.#level;
      this.#moveTo(this.#enough, nowMs);
      return;
    }
    this.#doubted = undefined;
    if (isEnough) this.#enough = this.#level;
    else this.#tooLow = this.#level;
    this.#nextBisection(nowMs);
  }

  #nextBisection(nowMs: number): void {
    const middle = Math.ceil((this.#tooLow + this.#enough) / 2);
    const isFound = middle >= this.#enough || middle < 1;
    if (isFound) {
      this.#phase = "settled";
      this.#sinceSettled = 0;
    }
    this.#moveTo(isFound ? Math.min(withQueue(this.#enough), this.#max) : middle, nowMs);
  }

  /** What was enough once need not be for ever: a second server slot may have come free. */
  #maybeReprobe(nowMs: number): void {
    if (++this.#sinceSettled < REPROBE_AFTER || this.#level >= this.#max) return;
    this.#phase = "grow";
    this.#isReprobe = true;
    this.#best = { level: 0, rate: 0 };
    // Only upwards: what was too low before would cost throughput to find out again.
    this.#tooLow = this.#enough - 1;
    this.#moveTo(this.#enough, nowMs);
  }

  #backOff(nowMs: number): void {
    this.#refused = Math.min(this.#refused, Math.max(2, this.#level));
    this.#sinceRefused = 0;
    this.#moveTo(Math.max(1, Math.floor(this.#level / 2)), nowMs);
  }

  /** After a refusal the level rises by one at a time and stays below the one that was refused. */
  #rise(nowMs: number): void {
    this.#sinceRefused++;
    if (this.#sinceRefused >= FORGET_AFTER) {
      this.#refused = Number.POSITIVE_INFINITY;
      this.#enough = this.#level;
      this.#phase = "settled";
      this.#sinceSettled = 0;
    } else if (this.#sinceRefused % RISE_AFTER === 0) {
      const next = Math.min(this.#level + 1, this.#refused - 1, this.#max);
      if (next > this.#level) this.#moveTo(next, nowMs);
    }
  }

  #moveTo(level: number, nowMs: number): void {
    this.#level = level;
    this.#epoch = newEpoch(nowMs);
  }
}

/** Up to two are enough only where the server does one at a time: one in work and one that waits. */
function withQueue(enough: number): number {
  return enough <= 2 ? 2 : enough + QUEUED;
}

interface Epoch {
  sinceMs: number;
  seen: number;
  work: number;
  latencyMs: number;
}

function newEpoch(sinceMs: number): Epoch {
  return { sinceMs, seen: 0, work: 0, latencyMs: 0 };
}

import type { Clock } from "@codo/ollama-contract";
import { numberOf, textOf } from "../replies/reply-fields.js";
import type { ProgressResponse } from "../wire/model-management.js";
import { RateMeter } from "./rate-meter.js";

/** Where a pull, a push or an upload is. No number in it ever goes back. */
export interface Progress {
  /** What the server does now, in its own words. */
  status: string;
  /** Bytes done, over all layers seen so far. */
  completedBytes: number;
  /** Bytes of all layers seen so far; 0 while no size is known. */
  totalBytes: number;
  /** The share done, 0 to 1; 1 only with the success. */
  fraction: number;
  /** Over the last seconds; absent until there is something to measure. */
  bytesPerSecond?: number;
  /** Seconds left at this rate; absent when unknown. */
  etaSeconds?: number;
  /** Whether the server said `success`. */
  done: boolean;
  /** The layer that the line was about. */
  digest?: string;
  /** The line itself. */
  line: ProgressResponse;
}

/** The share that is shown while the server has not said `success`: a pull's bytes may be there before its end. */
const ALMOST = 0.999;

interface Layer {
  completedBytes: number;
  totalBytes: number;
}

/**
 * Turns the lines of one transfer into progress. It may be fed the lines of several attempts at the same transfer: a
 * resumed pull counts on from where it was, and what was there before does not count into the rate.
 */
export class ProgressTracker {
  readonly #layers = new Map<string, Layer>();
  readonly #rate: RateMeter;
  #fraction = 0;
  #movedBytes = 0;

  constructor(clock: Clock) {
    this.#rate = new RateMeter(clock);
  }

  /** The progress after one more line. */
  update(line: ProgressResponse): Progress {
    const done = line.status === "success";
    this.#takeLayer(line);
    const { completedBytes, totalBytes } = this.#sums();
    const share = totalBytes === 0 ? 0 : Math.min(ALMOST, completedBytes / totalBytes);
    this.#fraction = done ? 1 : Math.max(this.#fraction, share);
    const bytesPerSecond = this.#rate.bytesPerSecond;
    const leftBytes = totalBytes - completedBytes;
    return {
      status: textOf(line.status),
      completedBytes,
      totalBytes,
      fraction: this.#fraction,
      done,
      line,
      ...(typeof line.digest !== "string" ? {} : { digest: line.digest }),
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      ...(bytesPerSecond === undefined || bytesPerSecond === 0 || done
        ? {}
        : { etaSeconds: leftBytes / bytesPerSecond }),
    };
  }

  #takeLayer(line: ProgressResponse): void {
    if (typeof line.digest !== "string" || numberOf(line.total) === undefined || line.total === undefined) return;
    const known = this.#layers.get(line.digest);
    const completedBytes = numberOf(line.completed) ?? 0;
    if (known === undefined) {
      // What a first line reports was there before: it is progress, but not speed.
      this.#layers.set(line.digest, { completedBytes, totalBytes: Math.max(line.total, completedBytes) });
    } else {
      this.#movedBytes += Math.max(0, completedBytes - known.completedBytes);
      known.completedBytes = Math.max(known.completedBytes, completedBytes);
      known.totalBytes = Math.max(known.totalBytes, line.total, completedBytes);
    }
    this.#rate.record(this.#movedBytes);
  }

  #sums(): Layer {
    let completedBytes = 0;
    let totalBytes = 0;
    for (const layer of this.#layers.values()) {
      completedBytes += layer.completedBytes;
      totalBytes += layer.totalBytes;
    }
    return { completedBytes, totalBytes };
  }
}

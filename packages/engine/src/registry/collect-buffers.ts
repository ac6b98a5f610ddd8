import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const EVERY_BYTES = 2 * 2 ** 20;

/**
 * Frees the buffers that a download has read, every 2 MB of them. They lie outside of the heap, so that left to itself V8
 * looks for them only when they take more than 32 MB, and its young generation has grown as well.
 */
export class BufferCollector {
  #readBytes = 0;

  /** Counts what was read, and collects when it is enough. */
  read(bytes: number): void {
    this.#readBytes += bytes;
    if (this.#readBytes < EVERY_BYTES) return;
    this.#readBytes = 0;
    collect ??= minorCollector();
    collect();
  }
}

let collect: (() => void) | undefined;

/** A new context has the function; the global object of the process stays as it is. */
function minorCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: { type: "minor" }) => void;
  setFlagsFromString("--no-expose-gc");
  return () => gc({ type: "minor" });
}

import { setImmediate } from "node:timers/promises";

const SLICE_MS = 4;

/** Makes a `pause` for long work: it lets other work go on every few milliseconds, and costs next to nothing between. */
export function makePause(): () => Promise<void> {
  let sliceEndMs = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() < sliceEndMs) return;
    await setImmediate();
    sliceEndMs = performance.now() + SLICE_MS;
  };
}

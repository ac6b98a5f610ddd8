import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../http/api-error.js";
import { BufferCollector } from "./collect-buffers.js";
import type { PartialBlob, Stretch } from "./partial-blob.js";
import type { RegistryClient } from "./registry-client.js";
import { RequestPace } from "./request-pace.js";

/** How a stretch that gets nowhere is given up. */
export interface DownloadLimits {
  /** Without a byte for so long, a stretch is asked for again. @defaultValue 30 000 */
  stallMs?: number;
  /** How often in a row a stretch is asked for without getting any further. @defaultValue 6 */
  attempts?: number;
}

/** Gets what is missing of a blob, its stretches side by side. @throws ApiError */
export async function downloadBlob(
  registry: RegistryClient,
  digest: string,
  {
    partial,
    signal,
    limits = {},
    onProgress,
  }: { partial: PartialBlob; signal: AbortSignal; limits?: DownloadLimits; onProgress: () => void },
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const missing = partial.stretches.filter(({ done, to }) => done < to);
  const task = { registry, digest, partial, signal: either, limits, onProgress, buffers: new BufferCollector() };
  try {
    await Promise.all(missing.map((stretch) => downloadStretch(task, stretch)));
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await partial.save().catch(() => undefined);
  }
}

interface Task {
  registry: RegistryClient;
  digest: string;
  partial: PartialBlob;
  signal: AbortSignal;
  limits: DownloadLimits;
  onProgress: () => void;
  buffers: BufferCollector;
}

async function downloadStretch(task: Task, stretch: Stretch): Promise<void> {
  const { signal, limits } = task;
  const { attempts = 6 } = limits;
  const pace = new RequestPace();
  let failures = 0;
  while (stretch.done < stretch.to) {
    const before = stretch.done;
    try {
      await receive(task, stretch, pace);
      failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (isFatal(error)) throw error;
      failures = stretch.done > before ? 1 : failures + 1;
      if (failures >= attempts) throw error;
      await delay(Math.min(5000, 100 * 2 ** failures), undefined, { signal });
    }
  }
}

/** A disk that is full stays full. */
function isFatal(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EACCES", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "");
}

async function receive(
  { registry, digest, partial, signal, limits, onProgress, buffers }: Task,
  stretch: Stretch,
  pace: RequestPace,
): Promise<void> {
  const { stallMs = 30_000 } = limits;
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(
      () => stalled.abort(new ApiError(500, `pull ${digest}: no byte came for ${stallMs} ms`)),
      stallMs,
    );
  };
  wait();
  try {
    const from = stretch.done;
    const to = Math.min(stretch.to, from + pace.requestBytes);
    const askedAtMs = performance.now();
    const either = AbortSignal.any([signal, stalled.signal]);
    const { isPart, body } = await registry.blob(digest, { from, to, signal: either });
    const headMs = performance.now() - askedAtMs;
    const end = isPart ? to : stretch.to;
    // A registry without ranges sends the whole from its beginning: what comes before is passed over.
    let toSkip = isPart ? 0 : from;
    for await (const bytes of body) {
      wait();
      const wanted = bytes.subarray(Math.min(toSkip, bytes.length), toSkip + end - stretch.done);
      toSkip = Math.max(0, toSkip - bytes.length);
      if (wanted.length > 0) await partial.write(stretch, wanted);
      buffers.read(bytes.length);
      onProgress();
      if (stretch.done >= end) break;
    }
    if (stretch.done < end) throw new ApiError(500, `pull ${digest}: the registry ended before the blob did`);
    pace.observe(end - from, { headMs, totalMs: performance.now() - askedAtMs });
  } finally {
    clearTimeout(timer);
  }
}

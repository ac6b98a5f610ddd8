import { availableParallelism } from "node:os";
import type { LoadOptions } from "../inference-contract.js";

/** The server looks between two batches whether anybody still waits: short ones let an abandoned prompt go at once. */
const PROMPT_BATCH = 128;
/** Some models look at a whole image at once, so that its tokens have to be in one batch; llama.cpp's own size holds them. */
const MEDIA_BATCH = 512;
/** Inputs that are embedded together. */
const EMBEDDED_AT_ONCE = 4;

/** How a `llama-server` is started for a model. */
export function serverArguments(options: LoadOptions, numCtx: number): string[] {
  const { embedding = false, pooling, adapterPaths = [], projectorPath, useMmap = true, numThread = 0 } = options;
  const sequences = embedding ? EMBEDDED_AT_ONCE : options.parallel;
  const least = projectorPath === undefined ? 0 : MEDIA_BATCH;
  // An input has to be in one batch to be pooled.
  const batch = String(embedding ? numCtx : Math.min(Math.max(options.numBatch ?? PROMPT_BATCH, least), numCtx));
  const threads = numThread > 0 ? Math.min(numThread, availableParallelism()) : Math.max(1, availableParallelism() - 1);
  return [
    ...["--model", options.modelPath, "--host", "127.0.0.1", "--port", "0", "--threads", String(threads)],
    ...["--ctx-size", String(numCtx * sequences), "--parallel", String(sequences), "--no-kv-unified"],
    ...["--batch-size", batch, "--ubatch-size", batch, "--fit", "off", "--no-slots", "--no-webui", "--no-jinja"],
    ...(embedding ? ["--embeddings"] : ["--context-shift"]),
    ...(pooling === undefined ? [] : ["--pooling", pooling]),
    ...(useMmap ? [] : ["--no-mmap"]),
    ...adapterPaths.flatMap((path) => ["--lora", path]),
    ...(projectorPath === undefined || embedding ? [] : ["--mmproj", projectorPath]),
  ];
}

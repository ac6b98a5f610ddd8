import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { GgufFile } from "../../gguf/gguf-file.js";
import { readGguf } from "../../gguf/read-gguf.js";
import type { LoadOptions, StartInference } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { LlamaServer, llamaServerApi } from "./llama-server.js";
import { startServerProcess } from "./server-process.js";
import { readVocabulary } from "./vocabulary.js";

const LEAST_CTX = 256;
/** The server looks between two batches whether anybody still waits: short ones let an abandoned prompt go at once. */
const PROMPT_BATCH = 128;
/** Inputs that are embedded together. */
const EMBEDDED_AT_ONCE = 4;

/** Starts inference by a `llama-server` of llama.cpp that the user has. */
export function startLlamaServer(binary: string): StartInference {
  return async (options, signal) => {
    signal?.throwIfAborted();
    const file = await readGguf(options.modelPath).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new InferenceError("load", `The model file ${basename(options.modelPath)} can't be loaded: ${reason}`, {
        cause,
      });
    });
    const numbers = numbersOf(file);
    const { embedding = false } = options;
    const numCtx = Math.min(Math.max(LEAST_CTX, options.numCtx), numbers.trainContextLength || options.numCtx);
    const apiKey = randomUUID();
    const server = await startServerProcess(binary, argumentsFor(options, numCtx), { apiKey, signal });
    try {
      const api = llamaServerApi(server.url, apiKey);
      const json = { content: "", add_special: true };
      const { tokens } = await api.post("tokenize", { json }).json<{ tokens: number[] }>();
      const info = {
        numCtx,
        ...numbers,
        sizeBytes: (await stat(options.modelPath)).size,
        vramBytes: 0,
        computedBy: binary,
      };
      return new LlamaServer({ server, api, info, vocabulary: readVocabulary(file, tokens), embedding });
    } catch (error) {
      await server.stop();
      throw error;
    }
  };
}

function argumentsFor(options: LoadOptions, numCtx: number): string[] {
  const { embedding = false, pooling, adapterPaths = [], useMmap = true, numThread = 0, numBatch } = options;
  const sequences = embedding ? EMBEDDED_AT_ONCE : options.parallel;
  // An input has to be in one batch to be pooled.
  const batch = String(embedding ? numCtx : Math.min(numBatch ?? PROMPT_BATCH, numCtx));
  const threads = numThread > 0 ? Math.min(numThread, availableParallelism()) : Math.max(1, availableParallelism() - 1);
  return [
    ...["--model", options.modelPath, "--host", "127.0.0.1", "--port", "0", "--threads", String(threads)],
    ...["--ctx-size", String(numCtx * sequences), "--parallel", String(sequences), "--no-kv-unified"],
    ...["--batch-size", batch, "--ubatch-size", batch, "--fit", "off", "--no-slots", "--no-webui", "--no-jinja"],
    ...(embedding ? ["--embeddings"] : ["--context-shift"]),
    ...(pooling === undefined ? [] : ["--pooling", pooling]),
    ...(useMmap ? [] : ["--no-mmap"]),
    ...adapterPaths.flatMap((path) => ["--lora", path]),
  ];
}

function numbersOf({ metadata }: GgufFile): { trainContextLength: number; embeddingLength: number } {
  const architecture = String(metadata.get("general.architecture")?.value ?? "");
  const number = (key: string): number => Number(metadata.get(`${architecture}.${key}`)?.value ?? 0);
  return { trainContextLength: number("context_length"), embeddingLength: number("embedding_length") };
}

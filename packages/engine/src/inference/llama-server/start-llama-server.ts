import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { KyInstance } from "ky";
import type { GgufFile } from "../../gguf/gguf-file.js";
import { readGguf } from "../../gguf/read-gguf.js";
import type { StartInference } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { LlamaServer, llamaServerApi } from "./llama-server.js";
import { serverArguments } from "./server-arguments.js";
import { startServerProcess } from "./server-process.js";
import { readVocabulary } from "./vocabulary.js";

const LEAST_CTX = 256;
/** What older servers put media in the place of; newer ones have one of their own, which nobody can guess. */
const USUAL_MARKER = "<__media__>";

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
    const server = await startServerProcess(binary, serverArguments(options, numCtx), { apiKey, signal });
    try {
      const api = llamaServerApi(server.url, apiKey);
      const json = { content: "", add_special: true };
      const { tokens } = await api.post("tokenize", { json }).json<{ tokens: number[] }>();
      const marker = options.projectorPath === undefined || embedding ? undefined : await mediaMarker(api);
      const info = {
        numCtx,
        ...numbers,
        sizeBytes: await sizeOf([
          options.modelPath,
          ...(options.projectorPath === undefined ? [] : [options.projectorPath]),
        ]),
        vramBytes: 0,
        takesMedia: marker !== undefined,
        computedBy: binary,
      };
      return new LlamaServer({ server, api, info, vocabulary: readVocabulary(file, tokens), embedding, marker });
    } catch (error) {
      await server.stop();
      throw error;
    }
  };
}

/** What stands for an image in a prompt; `undefined` where the server takes none. */
async function mediaMarker(api: KyInstance): Promise<string | undefined> {
  const props = await api.get("props").json<{ media_marker?: string; modalities?: Record<string, boolean> }>();
  const { vision = false, audio = false } = props.modalities ?? {};
  return vision || audio ? (props.media_marker ?? USUAL_MARKER) : undefined;
}

async function sizeOf(paths: readonly string[]): Promise<number> {
  const files = await Promise.all(paths.map((path) => stat(path)));
  return files.reduce((sum, { size }) => sum + size, 0);
}

function numbersOf({ metadata }: GgufFile): { trainContextLength: number; embeddingLength: number } {
  const architecture = String(metadata.get("general.architecture")?.value ?? "");
  const number = (key: string): number => Number(metadata.get(`${architecture}.${key}`)?.value ?? 0);
  return { trainContextLength: number("context_length"), embeddingLength: number("embedding_length") };
}

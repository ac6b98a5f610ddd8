import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { ApiError } from "../http/api-error.js";
import type { ModelStore } from "../store/model-store.js";
import type { NewLayer } from "./build-manifest.js";

/** A line about how far a quantization is, as a real server reports it: `completed` is of the source's bytes. */
export interface QuantizeLine {
  status: string;
  digest: string;
  total: number;
  completed: number;
}

const QUANTIZATIONS = ["F32", "F16", "Q4_K_S", "Q4_K_M", "Q8_0"];
const QUANTIZABLE = ["F16", "BF16", "F32"];
/** The digest of what is not there yet, in the words of Ollama. */
const NO_DIGEST = "0000000000000000000";
/** llama-quantize says this of each tensor. */
const TENSOR = /^\[ *(\d+)\/ *(\d+)\]/;
const KEPT_LINES = 20;

/** The name of a quantization as llama.cpp spells it. @throws ApiError in a real server's words when it can't be made */
export function checkQuantization(quantize: string, fileType: string): string {
  const type = quantize.toUpperCase();
  if (!QUANTIZATIONS.includes(type)) {
    throw new ApiError(500, `unsupported quantization type ${type} - supported types are ${QUANTIZATIONS.join(", ")}`);
  }
  if (!QUANTIZABLE.includes(fileType)) {
    throw new ApiError(500, "quantization is only supported for F16, BF16 and F32 models");
  }
  return type;
}

/** How weights are quantized. */
export interface QuantizeOrder {
  /** What is made, and what it is made from: `Q4_K_M`, `F16`. */
  type: string;
  from: string;
  quantizer: string | undefined;
  say: (line: QuantizeLine) => Promise<void>;
  signal: AbortSignal;
}

/** Makes a layer of smaller weights by the user's `llama-quantize`: the built-in llama.cpp can't. @throws ApiError */
export async function quantizeLayer(
  store: ModelStore,
  layer: NewLayer,
  { type, from, quantizer, say, signal }: QuantizeOrder,
): Promise<NewLayer> {
  if (quantizer === undefined) {
    throw new ApiError(
      500,
      `this engine quantizes by llama.cpp's llama-quantize, and there is none on the PATH: install llama.cpp (Homebrew: llama.cpp, Debian: llama.cpp-tools) and start the engine again, or make the file elsewhere (llama-quantize MODEL.gguf MODEL-${type}.gguf ${type}) and create the model FROM that file`,
    );
  }
  const line = { status: `quantizing ${from} model to ${type}`, digest: NO_DIGEST, total: layer.size };
  const onPart = (part: number): void => void say({ ...line, completed: Math.round(part * layer.size) });
  const made = await store.blobs.putMade(layer.digest, async (path) => {
    const threads = Math.max(1, availableParallelism() - 1);
    const args = [store.blobs.path(layer.digest), path, type, String(threads)];
    await runQuantizer(quantizer, args, { onPart, signal });
  });
  return { mediaType: layer.mediaType, ...made };
}

async function runQuantizer(
  quantizer: string,
  args: readonly string[],
  { onPart, signal }: { onPart: (part: number) => void; signal: AbortSignal },
): Promise<void> {
  const child = spawn(quantizer, args, { stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL" });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) {
        const [, done, count] = TENSOR.exec(text) ?? [];
        if (done !== undefined) onPart(Number(done) / Number(count));
        last.push(text);
      }
      last.splice(0, last.length - KEPT_LINES);
    });
  }
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, killed) => resolve(code === 0 ? undefined : (killed ?? `exit status ${code}`)));
  });
  signal.throwIfAborted();
  if (ended === undefined) return;
  const said = last.findLast((text) => /error|failed/i.test(text)) ?? last.at(-1) ?? "it said nothing";
  throw new ApiError(500, `${quantizer} ended (${ended}): ${said.trim()}`);
}

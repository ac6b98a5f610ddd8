import { availableParallelism } from "node:os";
import type { LoadedInfo, LoadOptions } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { loadAddon } from "./load-addon.js";
import { assertMemory } from "./memory-need.js";
import { Model } from "./model.js";
import type { NativeContext, NativeContextParams, NativeModel } from "./native-addon.js";

const DEFAULT_BATCH = 512;
/** A window below this runs as this, as on a real server. */
const LEAST_CTX = 256;
/** Multi-dimensional positions can't be shifted: llama.cpp would end the process. */
const UNSHIFTABLE = /vl|4v|omni|ocr|qwen35|step35/;

/**
 * Flash attention saves memory, but then a prompt that is reused gives slightly other numbers than a fresh one, and a
 * seed not always the same text. Where the memory is small, exactness is worth more.
 */
const CHEAP_ATTENTION_BYTES = 64 * 2 ** 20;
const USUAL_HEAD_LENGTH = 64;

/** A model with the context it computes in. */
export interface LoadedEngine {
  model: Model;
  context: NativeContext;
  info: LoadedInfo;
  batchSize: number;
  canShift: boolean;
  /** Size of the vocabulary; 0 when the model is loaded for embeddings. */
  vocabularySize: number;
}

/** Loads a model and tries it out. @throws InferenceError `load` */
export async function loadEngine(options: LoadOptions): Promise<LoadedEngine> {
  const { addon, gpuLayers } = await loadAddon();
  const { modelPath, useMmap = true, embedding = false } = options;
  const sequences = embedding ? 1 : options.parallel;
  const makeParams = (native: NativeModel, numCtx: number, count: number): NativeContextParams =>
    contextParams(native, options, { numCtx, sequences: count });
  await assertMemory(addon, {
    modelPath,
    modelParams: { addonExports: addon, gpuLayers, useMmap },
    numCtx: Math.max(LEAST_CTX, options.numCtx),
    sequences,
    contextParams: makeParams,
  });
  const model = await Model.load(addon, options, gpuLayers);
  const trainContextLength = model.native.getTrainContextSize();
  const numCtx = Math.min(Math.max(LEAST_CTX, options.numCtx), trainContextLength);
  const params = makeParams(model.native, numCtx, sequences);
  const { batchSize } = params;
  const context = new addon.AddonContext(model.native, params);
  if (!(await context.init().catch(() => false))) {
    throw new InferenceError("load", `There is not enough memory for a context of ${numCtx} tokens × ${sequences}.`);
  }
  const adapters = await model.loadAdapters(options.adapterPaths ?? []);
  if (adapters.length > 0) {
    context.setLoras(
      adapters,
      adapters.map(() => 1),
    );
  }
  const memory = context.getMemoryBreakdown();
  return {
    model,
    context,
    batchSize,
    canShift: !UNSHIFTABLE.test(model.architecture),
    vocabularySize: embedding ? 0 : await tryOut(model, context),
    info: {
      numCtx,
      trainContextLength,
      embeddingLength: model.native.getEmbeddingVectorSize(),
      sizeBytes: model.sizeBytes + memory.cpuRam + memory.gpuVram,
      vramBytes: model.native.getMemoryBreakdown().gpuVram + memory.gpuVram,
      takesMedia: false,
      computedBy: "llama.cpp",
    },
  };
}

function contextParams(
  model: NativeModel,
  options: LoadOptions,
  { numCtx, sequences }: { numCtx: number; sequences: number },
): NativeContextParams {
  const { embedding = false, numBatch = DEFAULT_BATCH } = options;
  // An input has to be in one batch to be pooled.
  const batchSize = embedding ? numCtx : Math.max(sequences, Math.min(numBatch, numCtx));
  return {
    contextSize: numCtx * sequences,
    batchSize,
    sequences,
    threads: threadCount(options.numThread),
    flashAttention: isExact(model, { numCtx, batchSize, sequences }) ? false : "auto",
    embeddings: embedding,
  };
}

/** The caller chooses the number of threads; more of them than there are processors only wait for each other. */
function threadCount(asked = 0): number {
  const processors = availableParallelism();
  return asked > 0 ? Math.min(asked, processors) : Math.max(1, processors - 1);
}

/** Where several sequences compute together, a long one would hold up all others without flash attention. */
function isExact(
  model: NativeModel,
  { numCtx, batchSize, sequences }: { numCtx: number; batchSize: number; sequences: number },
): boolean {
  return sequences === 1 && attentionBytes(model, numCtx, batchSize) <= CHEAP_ATTENTION_BYTES;
}

/** About how much memory attention takes without flash attention: a score for each head, position and token. */
function attentionBytes(model: NativeModel, numCtx: number, batchSize: number): number {
  const heads = Math.ceil(model.getEmbeddingVectorSize() / USUAL_HEAD_LENGTH);
  return heads * numCtx * batchSize * Float32Array.BYTES_PER_ELEMENT;
}

/** Computes one token: a model that can't generate is found out now, and the number of its logits is the number of tokens. */
async function tryOut(model: Model, context: NativeContext): Promise<number> {
  const sampler = new model.addon.AddonSampler(model.native);
  sampler.applyConfig({ temperature: 0 });
  try {
    context.initBatch(1);
    context.addToBatch(0, 0, Uint32Array.of(model.firstToken ?? 0), Uint32Array.of(0));
    await context.decodeBatch();
    const [, , , logits = []] = await context.sampleToken(0, sampler, false, false, true, false);
    if (logits.length === 0) {
      throw new Error(
        "this platform's llama.cpp binary gives no logits: version 3.22.1 or newer of its @node-llama-cpp package is needed",
      );
    }
    return logits.length / 2;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InferenceError("load", `The model can't generate text: ${reason}`, { cause });
  } finally {
    context.disposeSequence(0);
  }
}

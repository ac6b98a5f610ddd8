import { platform } from "node:os";
import { basename } from "node:path";
import { availableMemory, MEMORY_VARIABLE } from "../available-memory.js";
import { InferenceError } from "../inference-error.js";
import type { NativeAddon, NativeContextParams, NativeModel, NativeModelParams } from "./native-addon.js";

/** A model and the contexts that it could be given. */
export interface MemoryPlan {
  modelPath: string;
  modelParams: NativeModelParams;
  /** The window that was asked for, in tokens of each sequence. */
  numCtx: number;
  sequences: number;
  /** The parameters of a context with such a window. */
  contextParams: (model: NativeModel, numCtx: number, sequences: number) => NativeContextParams;
}

const LEAST_CTX = 256;

/**
 * Refuses a model that the memory is too small for, before any of it is taken: llama.cpp lays weights and context out
 * without memory behind them, and says how much they would need.
 * @throws InferenceError `load` with the need, and what would fit
 */
export async function assertMemory(addon: NativeAddon, plan: MemoryPlan): Promise<void> {
  const { modelPath, modelParams, numCtx, sequences, contextParams } = plan;
  const model = new addon.AddonModel(modelPath, { ...modelParams, noAlloc: true });
  // A file that can't be read fails again when it is loaded, and says why.
  if (!(await model.init().catch(() => false))) return;
  try {
    const weights = sumOf(model.getMemoryBreakdown());
    const need = async (window: number, count: number): Promise<number> => {
      const context = new addon.AddonContext(model, contextParams(model, window, count));
      if (!(await context.init().catch(() => false))) return Number.POSITIVE_INFINITY;
      const bytes = weights + sumOf(context.getMemoryBreakdown());
      await context.dispose();
      return bytes;
    };
    const available = availableMemory();
    const window = Math.min(numCtx, model.getTrainContextSize());
    const needed = await need(window, sequences);
    if (needed <= available) return;
    const fits = await whatFits({ window, sequences, available, need });
    throw new InferenceError("load", describe({ modelPath, needed, available, weights, fits }), {
      details: { neededBytes: needed, availableBytes: available, ...fits },
    });
  } finally {
    await model.dispose();
  }
}

interface Fitting {
  numCtx: number;
  sequences: number;
}

/** The largest window, halved and halved again, that fits: with all sequences, else with one. */
async function whatFits({
  window,
  sequences,
  available,
  need,
}: {
  window: number;
  sequences: number;
  available: number;
  need: (numCtx: number, sequences: number) => Promise<number>;
}): Promise<Fitting | undefined> {
  for (const count of new Set([sequences, 1])) {
    const first = count === sequences ? window >> 1 : window;
    for (let numCtx = first; numCtx >= LEAST_CTX; numCtx >>= 1) {
      if ((await need(numCtx, count)) <= available) return { numCtx, sequences: count };
    }
  }
  return undefined;
}

function describe({
  modelPath,
  needed,
  available,
  weights,
  fits,
}: {
  modelPath: string;
  needed: number;
  available: number;
  weights: number;
  fits: Fitting | undefined;
}): string {
  const what = `model requires more system memory (${inUnits(needed)}) than is available (${inUnits(available)})`;
  const file = `${basename(modelPath)} has ${inUnits(weights)} of weights`;
  const way =
    fits === undefined
      ? "use a smaller or more quantized model"
      : `num_ctx ${fits.numCtx} would fit${fits.sequences === 1 ? "" : ` with ${fits.sequences} requests at once`}`;
  return `${what}: ${file}; ${way}, close other programs, or say with ${MEMORY_VARIABLE} that more may be taken`;
}

function inUnits(bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** Where CPU and GPU share the memory, both parts count. */
function sumOf({ cpuRam, gpuVram }: { cpuRam: number; gpuVram: number }): number {
  return platform() === "darwin" ? cpuRam + gpuVram : cpuRam;
}

import type { LoadedModel, OllamaModel } from "@codo/ollama-contract";

/** A number of models and their bytes on disk. */
export interface ModelGroupStats {
  count: number;
  sizeBytes: number;
}

/** What `manager.getModelStats()` gives. */
export interface ModelStats {
  totalModels: number;
  totalSizeBytes: number;
  /** By architecture family; `"unknown"` where the server does not say. */
  byFamily: Record<string, ModelGroupStats>;
  /** By quantization; `"unknown"` where the server does not say. */
  byQuantization: Record<string, ModelGroupStats>;
  largest?: OllamaModel;
  smallest?: OllamaModel;
  /** What the server holds in memory now. */
  loaded: LoadedModel[];
}

/** Counts models. Names that share a file count each, as the server lists them. */
export function computeModelStats(models: readonly OllamaModel[], loaded: LoadedModel[]): ModelStats {
  const bySize = [...models].sort((a, b) => b.size - a.size);
  const [largest] = bySize;
  const smallest = bySize.at(-1);
  return {
    totalModels: models.length,
    totalSizeBytes: models.reduce((sum, { size }) => sum + size, 0),
    byFamily: groupBy(models, ({ family }) => family),
    byQuantization: groupBy(models, ({ quantization }) => quantization),
    ...(largest === undefined ? {} : { largest }),
    ...(smallest === undefined ? {} : { smallest }),
    loaded,
  };
}

function groupBy(
  models: readonly OllamaModel[],
  keyOf: (model: OllamaModel) => string | undefined,
): Record<string, ModelGroupStats> {
  const groups: Record<string, ModelGroupStats> = {};
  for (const model of models) {
    const key = keyOf(model) ?? "unknown";
    const { count, sizeBytes } = groups[key] ?? { count: 0, sizeBytes: 0 };
    groups[key] = { count: count + 1, sizeBytes: sizeBytes + model.size };
  }
  return groups;
}

import type { GgufFile } from "./gguf-file.js";

/** What a GGUF file is for: the weights of a model, one of several parts of them, a LoRA adapter, or an encoder of images or sound. */
export type GgufRole = "model" | "shard" | "adapter" | "projector";

/** Finds out what a GGUF file is for. */
export function ggufRole({ metadata }: GgufFile): GgufRole {
  const type = metadata.get("general.type")?.value;
  if (type === "adapter") return "adapter";
  if (type === "mmproj" || type === "projector" || metadata.get("general.architecture")?.value === "clip") {
    return "projector";
  }
  return Number(metadata.get("split.count")?.value ?? 1) > 1 ? "shard" : "model";
}

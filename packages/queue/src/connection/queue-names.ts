import { parseModelName } from "@codo/ollama-contract";

/** Queues that hold no prompts. No model's name begins so. */
export const WORKERS_QUEUE = "~workers";
export const MODELS_QUEUE = "~models";
export const BATCHES_QUEUE = "~batches";
export const CONTROL_QUEUE = "~control";

/** The queue of a model: one for all spellings of its name. BullMQ allows no colon in a name. */
export function queueOfModel(model: string): string {
  return encodeURIComponent(shortModelName(model));
}

/** A model's name as people write it, with its tag: lower case, without the registry and library that are the usual. */
export function shortModelName(name: string): string {
  const { host, namespace, model, tag } = parseModelName(name);
  const isUsual = host === "registry.ollama.ai";
  const owner = isUsual && namespace === "library" ? "" : `${namespace}/`;
  return `${isUsual ? "" : `${host}/`}${owner}${model}:${tag}`.toLowerCase();
}

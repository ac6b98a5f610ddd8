import { isObject } from "../wire/decode-body.js";
import { parseDigest } from "./digest.js";

/** One blob that a model is made of. */
export interface Layer {
  mediaType: string;
  digest: string;
  size: number;
  from?: string;
}

/** The list of a model's blobs, as registries and Ollama's store keep it. */
export interface Manifest {
  schemaVersion: 2;
  mediaType: string;
  config: Layer;
  layers: Layer[];
}

/** What Ollama's layers are called. */
export const MEDIA_TYPES = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  model: "application/vnd.ollama.image.model",
  adapter: "application/vnd.ollama.image.adapter",
  projector: "application/vnd.ollama.image.projector",
  template: "application/vnd.ollama.image.template",
  system: "application/vnd.ollama.image.system",
  params: "application/vnd.ollama.image.params",
  messages: "application/vnd.ollama.image.messages",
  license: "application/vnd.ollama.image.license",
} as const;

/** Reads a manifest; `undefined` when the text is none, or names a blob by something that is no digest. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const config = parseLayer(value.config);
  const layers = Array.isArray(value.layers) ? value.layers.map(parseLayer) : [];
  if (config === undefined || layers.includes(undefined)) return undefined;
  return {
    schemaVersion: 2,
    mediaType: typeof value.mediaType === "string" ? value.mediaType : MEDIA_TYPES.manifest,
    config,
    layers: layers.filter((layer) => layer !== undefined),
  };
}

function parseLayer(value: unknown): Layer | undefined {
  if (!isObject(value) || typeof value.digest !== "string") return undefined;
  const digest = parseDigest(value.digest);
  if (digest === undefined) return undefined;
  return {
    mediaType: typeof value.mediaType === "string" ? value.mediaType : "",
    digest,
    size: typeof value.size === "number" ? value.size : 0,
    ...(typeof value.from === "string" && { from: value.from }),
  };
}

/** Memory of the disk that a model's blobs take, in bytes. */
export function manifestSize(manifest: Manifest): number {
  return manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);
}

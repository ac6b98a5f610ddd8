import type { ModelFacts } from "../gguf/model-facts.js";
import { humanCount } from "../gguf/model-facts.js";
import type { StoredMessage } from "../store/local-model.js";
import { type Layer, type Manifest, MEDIA_TYPES } from "../store/manifest.js";
import type { ModelStore } from "../store/model-store.js";

/** A layer on its way into a manifest, and whether its blob is new. */
export interface NewLayer extends Layer {
  isNew: boolean;
}

/** What a model has besides its weights; what is absent gets no layer. */
export interface ModelTexts {
  template?: string | undefined;
  system?: string | undefined;
  licenses?: readonly string[] | undefined;
  parameters?: Record<string, unknown> | undefined;
  messages?: readonly StoredMessage[] | undefined;
}

/** Puts a GGUF file in the store. */
export async function addModelLayer(store: ModelStore, path: string): Promise<NewLayer> {
  return { mediaType: MEDIA_TYPES.model, ...(await store.blobs.putFile(path)) };
}

/** Puts a model's texts in the store, in the order in which a real server does. */
export async function addTextLayers(store: ModelStore, texts: ModelTexts): Promise<NewLayer[]> {
  const layers: NewLayer[] = [];
  const add = async (mediaType: string, content: string): Promise<void> => {
    layers.push({ mediaType, ...(await store.blobs.putText(content)) });
  };
  if (texts.template !== undefined && texts.template !== "") await add(MEDIA_TYPES.template, texts.template);
  if (texts.system !== undefined && texts.system !== "") await add(MEDIA_TYPES.system, texts.system);
  for (const license of texts.licenses ?? []) await add(MEDIA_TYPES.license, license);
  if (texts.parameters !== undefined && Object.keys(texts.parameters).length > 0) {
    await add(MEDIA_TYPES.params, `${JSON.stringify(sortKeys(texts.parameters))}\n`);
  }
  if (texts.messages !== undefined && texts.messages.length > 0) {
    await add(MEDIA_TYPES.messages, `${JSON.stringify(texts.messages)}\n`);
  }
  return layers;
}

/** What a manifest lists, and who renders prompts and reads outputs, in the words of Ollama. */
export interface ManifestParts {
  layers: readonly NewLayer[];
  renderer?: string | undefined;
  parser?: string | undefined;
}

/** Makes the manifest of some layers, and puts its configuration in the store. */
export async function buildManifest(
  store: ModelStore,
  facts: ModelFacts,
  { layers, renderer, parser }: ManifestParts,
): Promise<Manifest> {
  const config = {
    model_format: "gguf",
    model_family: facts.architecture,
    model_families: [facts.architecture],
    model_type: humanCount(facts.parameterCount),
    file_type: facts.fileType,
    ...(renderer !== undefined && { renderer }),
    ...(parser !== undefined && { parser }),
    // Weights that are used for embeddings though their file does not say so.
    ...(facts.embedding && { capabilities: ["embedding"] }),
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  };
  const { digest, size } = await store.blobs.putText(JSON.stringify(config));
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: { mediaType: MEDIA_TYPES.config, digest, size },
    layers: layers.map(({ isNew: _, ...layer }) => layer),
  };
}

function sortKeys(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

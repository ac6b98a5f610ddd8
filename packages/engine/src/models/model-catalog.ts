import { type ModelFacts, modelFacts } from "../gguf/model-facts.js";
import { readGguf } from "../gguf/read-gguf.js";
import { ApiError } from "../http/api-error.js";
import type { LocalModel, StoredMessage } from "../store/local-model.js";
import { type Layer, MEDIA_TYPES, manifestSize } from "../store/manifest.js";
import { type ModelName, nameKey } from "../store/model-name.js";
import type { ModelStore, StoredManifest } from "../store/model-store.js";
import { isObject } from "../wire/decode-body.js";
import { findBuiltin } from "./builtin-models.js";

/** All models that the engine has: the built-in ones, and those of its store. */
export class ModelCatalog {
  readonly store: ModelStore;
  readonly #builtins: readonly LocalModel[];
  readonly #facts = new Map<string, Promise<ModelFacts>>();

  constructor(store: ModelStore, builtins: readonly LocalModel[]) {
    this.store = store;
    this.#builtins = builtins;
  }

  /** Finds a model; a built-in one comes before one of the same name in the store. */
  async find(name: ModelName): Promise<LocalModel | undefined> {
    const builtin = this.builtin(name);
    if (builtin !== undefined) return builtin;
    const stored = await this.store.get(name);
    if (stored === undefined) return undefined;
    try {
      return await this.#resolve(stored);
    } catch (error) {
      // Another process may have removed it since its manifest was read.
      if ((await this.store.get(name)) === undefined) return undefined;
      throw error;
    }
  }

  /** The built-in model of that name. */
  builtin(name: ModelName): LocalModel | undefined {
    return findBuiltin(this.#builtins, name);
  }

  /** All models, the latest first; those whose file can't be read are left out. */
  async list(): Promise<LocalModel[]> {
    const stored = (await this.store.list()).filter(({ name }) => this.builtin(name) === undefined);
    const resolved = await Promise.all(stored.map((entry) => this.#resolve(entry).catch(() => undefined)));
    const models = [...this.#builtins, ...resolved.filter((model) => model !== undefined)];
    return models.sort((a, b) => compare(b.modifiedNs, a.modifiedNs) || compare(nameKey(a.name), nameKey(b.name)));
  }

  /** What a GGUF blob says; read once for each digest. */
  facts(digest: string): Promise<ModelFacts> {
    let facts = this.#facts.get(digest);
    if (facts === undefined) {
      facts = readGguf(this.store.blobs.path(digest)).then(modelFacts);
      this.#facts.set(digest, facts);
      facts.catch(() => this.#facts.delete(digest));
    }
    return facts;
  }

  async #resolve({ name, manifest, digest, modifiedNs }: StoredManifest): Promise<LocalModel> {
    const { blobs } = this.store;
    const layers = (mediaType: string): Layer[] => manifest.layers.filter((layer) => layer.mediaType === mediaType);
    const last = async (mediaType: string): Promise<string | undefined> => {
      const layer = layers(mediaType).at(-1);
      return layer === undefined ? undefined : blobs.readText(layer.digest);
    };
    const model = layers(MEDIA_TYPES.model)[0];
    if (model === undefined) throw new ApiError(500, `model '${name.model}' has no weights that this engine can run`);
    const [facts, config, template, system, params, messages, licenses] = await Promise.all([
      this.facts(model.digest),
      blobs.readText(manifest.config.digest).catch(() => undefined),
      last(MEDIA_TYPES.template),
      last(MEDIA_TYPES.system),
      last(MEDIA_TYPES.params),
      last(MEDIA_TYPES.messages),
      Promise.all(layers(MEDIA_TYPES.license).map((layer) => blobs.readText(layer.digest))),
    ]);
    const { parser, renderer, capabilities } = parseObject(config);
    return {
      name,
      builtin: false,
      digest,
      sizeBytes: manifestSize(manifest),
      modifiedNs,
      modelPath: blobs.path(model.digest),
      adapterPaths: layers(MEDIA_TYPES.adapter).map((layer) => blobs.path(layer.digest)),
      projectorPaths: layers(MEDIA_TYPES.projector).map((layer) => blobs.path(layer.digest)),
      facts: isForEmbedding(capabilities) ? { ...facts, embedding: true } : facts,
      ...(template !== undefined && { template }),
      ...(typeof parser === "string" && parser !== "" && { parser }),
      ...(typeof renderer === "string" && renderer !== "" && { renderer }),
      ...(system !== undefined && { system }),
      parameters: parseObject(params),
      messages: parseMessages(messages),
      licenses,
      parentModel: model.from ?? "",
    };
  }
}

function isForEmbedding(capabilities: unknown): boolean {
  return Array.isArray(capabilities) && capabilities.includes("embedding");
}

function parseObject(text: string | undefined): Record<string, unknown> {
  const value: unknown = text === undefined ? {} : JSON.parse(text);
  return isObject(value) ? value : {};
}

function parseMessages(text: string | undefined): StoredMessage[] {
  const value: unknown = text === undefined ? [] : JSON.parse(text);
  if (!Array.isArray(value)) return [];
  return value
    .filter(isObject)
    .map(({ role, content }) => ({ role: String(role ?? ""), content: String(content ?? "") }));
}

function compare(a: bigint | string, b: bigint | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

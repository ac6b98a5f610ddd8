import { GgufError } from "../gguf/gguf-file.js";
import { hasGgufMagic } from "../gguf/gguf-magic.js";
import type { ModelFacts } from "../gguf/model-facts.js";
import { ApiError } from "../http/api-error.js";
import { parseDigest } from "../store/digest.js";
import type { StoredMessage } from "../store/local-model.js";
import { MEDIA_TYPES } from "../store/manifest.js";
import { type ModelName, parseModelName, shortName } from "../store/model-name.js";
import { checkTemplate } from "../templates/check-template.js";
import { addTextLayers, buildManifest, type NewLayer } from "./build-manifest.js";
import type { ModelCatalog } from "./model-catalog.js";
import { storeBuiltin } from "./store-builtin.js";

/** What a new model is made of. */
export interface NewModel {
  name: ModelName;
  from: string | undefined;
  /** Digests of uploaded blobs by file name. */
  files: Record<string, string> | undefined;
  hasAdapters: boolean;
  template: string | undefined;
  system: string | undefined;
  renderer: string | undefined;
  parser: string | undefined;
  licenses: string[];
  parameters: Record<string, unknown> | undefined;
  messages: StoredMessage[] | undefined;
  quantize: string | undefined;
}

interface BaseModel {
  layers: NewLayer[];
  facts: ModelFacts;
  parameters: Record<string, unknown>;
  renderer?: string | undefined;
  parser?: string | undefined;
}

const QUANTIZATIONS = ["F32", "F16", "Q4_K_S", "Q4_K_M", "Q8_0"];
const QUANTIZABLE = ["F16", "BF16", "F32"];

/** Makes a model and writes it in the store; `say` hears of each step. @throws ApiError */
export async function createModel(
  catalog: ModelCatalog,
  wanted: NewModel,
  say: (status: string) => Promise<void>,
): Promise<void> {
  const base = await baseOf(catalog, wanted, say);
  if (wanted.hasAdapters) throw new ApiError(400, "adapters are not supported by this engine");
  if (wanted.quantize !== undefined && wanted.quantize !== "") refuseQuantize(wanted.quantize, base.facts);
  if (wanted.template !== undefined) checkTemplate(wanted.template);
  const { store } = catalog;
  const old = await store.get(wanted.name);
  const added = await addTextLayers(store, {
    template: wanted.template,
    system: wanted.system,
    licenses: wanted.licenses,
    parameters: { ...base.parameters, ...wanted.parameters },
    messages: wanted.messages,
  });
  const layers = [...base.layers.filter((layer) => isKept(layer, added)), ...added];
  const manifest = await buildManifest(store, base.facts, {
    layers,
    renderer: wanted.renderer || base.renderer,
    parser: wanted.parser || base.parser,
  });
  for (const { digest, isNew } of layers) {
    await say(`${isNew ? "creating new layer" : "using existing layer"} ${digest}`);
  }
  await say("writing manifest");
  await store.put(wanted.name, manifest);
  if (old !== undefined) {
    await store.removeUnused([old.manifest.config.digest, ...old.manifest.layers.map(({ digest }) => digest)]);
  }
}

/** Which of the base's layers stay: weights and licenses always, the others unless they are replaced. */
function isKept(layer: NewLayer, added: readonly NewLayer[]): boolean {
  if (layer.mediaType === MEDIA_TYPES.model || layer.mediaType === MEDIA_TYPES.license) return true;
  return !added.some(({ mediaType }) => mediaType === layer.mediaType);
}

async function baseOf(
  catalog: ModelCatalog,
  { from, files }: NewModel,
  say: (status: string) => Promise<void>,
): Promise<BaseModel> {
  if (from !== undefined && from !== "") return baseFromModel(catalog, from);
  if (files === undefined) throw new ApiError(400, "neither 'from' or 'files' was specified");
  return baseFromFiles(catalog, files, say);
}

async function baseFromModel(catalog: ModelCatalog, from: string): Promise<BaseModel> {
  const name = parseModelName(from);
  if (name === undefined) throw new ApiError(400, "invalid model name");
  const model = await catalog.find(name);
  if (model === undefined) throw new ApiError(500, `the model ${shortName(name)} was removed meanwhile: try again`);
  const { store } = catalog;
  const manifest = model.builtin ? await storeBuiltin(store, model) : (await store.get(name))?.manifest;
  const layers = (manifest?.layers ?? []).map((layer) => ({
    ...layer,
    ...(layer.mediaType === MEDIA_TYPES.model && { from: shortName(model.name) }),
    isNew: false,
  }));
  const { facts, parameters, renderer, parser } = model;
  return { layers, facts, parameters, renderer, parser };
}

async function baseFromFiles(
  catalog: ModelCatalog,
  files: Record<string, string>,
  say: (status: string) => Promise<void>,
): Promise<BaseModel> {
  const entries = Object.entries(files);
  const [path, text] = entries[0] ?? [];
  if (path === undefined || text === undefined) throw new ApiError(400, "unknown type");
  if (entries.length > 1 || path.endsWith(".safetensors")) {
    throw new ApiError(400, "this engine makes models from one GGUF file: convert other formats first");
  }
  const digest = parseDigest(text);
  // A name says nothing by itself; a real server looks into the file.
  const isGguf =
    path.endsWith(".gguf") || (digest !== undefined && (await hasGgufMagic(catalog.store.blobs.path(digest))));
  if (!isGguf) throw new ApiError(400, "unknown type");
  await say("parsing GGUF");
  if (digest === undefined) throw new ApiError(400, "invalid digest format");
  const facts = await readFacts(catalog, digest);
  await say("verifying conversion");
  const size = (await catalog.store.blobs.size(digest)) ?? 0;
  return { layers: [{ mediaType: MEDIA_TYPES.model, digest, size, isNew: true }], facts, parameters: {} };
}

async function readFacts(catalog: ModelCatalog, digest: string): Promise<ModelFacts> {
  try {
    return await catalog.facts(digest);
  } catch (error) {
    if (error instanceof GgufError) throw new ApiError(500, error.message, { cause: error });
    throw new ApiError(500, `open ${catalog.store.blobs.path(digest)}: no such file or directory`, { cause: error });
  }
}

function refuseQuantize(quantize: string, facts: ModelFacts): void {
  const type = quantize.toUpperCase();
  if (!QUANTIZATIONS.includes(type)) {
    throw new ApiError(500, `unsupported quantization type ${type} - supported types are ${QUANTIZATIONS.join(", ")}`);
  }
  if (!QUANTIZABLE.includes(facts.fileType)) {
    throw new ApiError(500, "quantization is only supported for F16, BF16 and F32 models");
  }
  throw new ApiError(500, "this engine does not quantize: make the quantized file first, and create the model from it");
}

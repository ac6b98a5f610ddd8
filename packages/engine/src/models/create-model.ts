import type { ModelFacts } from "../gguf/model-facts.js";
import { ApiError } from "../http/api-error.js";
import type { StoredMessage } from "../store/local-model.js";
import { MEDIA_TYPES } from "../store/manifest.js";
import { type ModelName, parseModelName, shortName } from "../store/model-name.js";
import type { ModelStore } from "../store/model-store.js";
import { checkTemplate } from "../templates/check-template.js";
import { addTextLayers, buildManifest, type NewLayer } from "./build-manifest.js";
import { layersFromFiles } from "./layers-from-files.js";
import type { ModelCatalog } from "./model-catalog.js";
import { checkQuantization, type QuantizeLine, quantizeLayer } from "./quantize-layer.js";
import { storeBuiltin } from "./store-builtin.js";

/** What a new model is made of. */
export interface NewModel {
  name: ModelName;
  from: string | undefined;
  /** Digests of uploaded blobs by file name. */
  files: Record<string, string> | undefined;
  /** Digests of uploaded LoRA adapters by file name. */
  adapters: Record<string, string> | undefined;
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

/** What making a model says, and what it has for it. */
export interface CreationTools {
  say: (said: string | QuantizeLine) => Promise<void>;
  /** Path of llama.cpp's `llama-quantize`, where there is one. */
  quantizer: string | undefined;
  signal: AbortSignal;
}

/** Makes a model and writes it in the store; `say` hears of each step. @throws ApiError */
export async function createModel(catalog: ModelCatalog, wanted: NewModel, tools: CreationTools): Promise<void> {
  const { say } = tools;
  const asItIs = await baseOf(catalog, wanted, say);
  const base = wanted.quantize ? await quantizedBase(catalog, asItIs, { ...tools, type: wanted.quantize }) : asItIs;
  if (wanted.template !== undefined) for (const warning of checkTemplate(wanted.template)) await say(warning);
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

const ALWAYS_KEPT: readonly string[] = [
  MEDIA_TYPES.model,
  MEDIA_TYPES.adapter,
  MEDIA_TYPES.projector,
  MEDIA_TYPES.license,
];

/** Which of the base's layers stay: weights and licenses always, the others unless they are replaced. */
function isKept(layer: NewLayer, added: readonly NewLayer[]): boolean {
  if (ALWAYS_KEPT.includes(layer.mediaType)) return true;
  return !added.some(({ mediaType }) => mediaType === layer.mediaType);
}

async function baseOf(
  catalog: ModelCatalog,
  { from, files, adapters }: NewModel,
  say: (status: string) => Promise<void>,
): Promise<BaseModel> {
  const isFromModel = from !== undefined && from !== "";
  if (!isFromModel && files === undefined) throw new ApiError(400, "neither 'from' or 'files' was specified");
  if (!isFromModel && Object.keys(files ?? {}).length === 0) throw new ApiError(400, "unknown type");
  const { store } = catalog;
  const ofFiles = files === undefined ? [] : await layersFromFiles(store, files, say);
  const base = isFromModel ? await baseFromModel(catalog, from) : await baseFromFiles(catalog, ofFiles);
  if (!isFromModel) await say("verifying conversion");
  // What comes beside a model's name adds to it: adapters, or an encoder of images.
  else if (ofFiles.some(({ mediaType }) => mediaType === MEDIA_TYPES.model)) {
    throw new ApiError(400, `the weights of ${from} can't be joined with those of another file: name one of them`);
  } else base.layers.push(...ofFiles);
  if (adapters !== undefined) base.layers.push(...(await adapterLayers(store, adapters, say)));
  return base;
}

async function adapterLayers(
  store: ModelStore,
  adapters: Record<string, string>,
  say: (status: string) => Promise<void>,
): Promise<NewLayer[]> {
  const layers = await layersFromFiles(store, adapters, say);
  if (layers.every(({ mediaType }) => mediaType === MEDIA_TYPES.adapter)) return layers;
  throw new ApiError(400, `${Object.keys(adapters).join(", ")}: no LoRA adapter, but a whole model`);
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

async function baseFromFiles(catalog: ModelCatalog, layers: NewLayer[]): Promise<BaseModel> {
  const model = layers.find(({ mediaType }) => mediaType === MEDIA_TYPES.model);
  if (model === undefined) throw new ApiError(400, "none of the files has the weights of a model");
  const facts = await catalog.facts(model.digest);
  return { layers, facts, parameters: {} };
}

/** The base with its weights quantized; everything else stays. @throws ApiError */
async function quantizedBase(
  catalog: ModelCatalog,
  base: BaseModel,
  order: CreationTools & { type: string },
): Promise<BaseModel> {
  const type = checkQuantization(order.type, base.facts.fileType);
  const weights = base.layers.find(({ mediaType }) => mediaType === MEDIA_TYPES.model);
  if (weights === undefined) throw new ApiError(400, "there are no weights to quantize");
  const quantized = await quantizeLayer(catalog.store, weights, { ...order, type, from: base.facts.fileType });
  await order.say("verifying conversion");
  const layers = base.layers.map((layer) => (layer === weights ? quantized : layer));
  const { embedding } = base.facts;
  return { ...base, layers, facts: { ...(await catalog.facts(quantized.digest)), embedding } };
}

import { ApiError } from "../http/api-error.js";
import type { LocalModel } from "../store/local-model.js";
import type { Manifest } from "../store/manifest.js";
import { type ModelName, shortName } from "../store/model-name.js";
import type { ModelStore } from "../store/model-store.js";
import { addModelLayer, addTextLayers, buildManifest } from "./build-manifest.js";
import type { ModelCatalog } from "./model-catalog.js";

/** Puts a built-in model's blobs in a store, so that it can live there under another name. */
export async function storeBuiltin(store: ModelStore, model: LocalModel): Promise<Manifest> {
  const layers = [
    await addModelLayer(store, model.modelPath),
    ...(await addTextLayers(store, { licenses: model.licenses, parameters: model.parameters })),
  ];
  return buildManifest(store, model.facts, { layers });
}

/** Refuses to put anything in the place of a built-in model. @throws ApiError (400) */
export function requireWritable(catalog: ModelCatalog, name: ModelName): void {
  if (catalog.builtin(name) === undefined) return;
  throw new ApiError(400, `${JSON.stringify(shortName(name))} is built in and can't be changed: use another name`);
}

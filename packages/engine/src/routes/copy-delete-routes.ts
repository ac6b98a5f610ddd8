import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel } from "../engine-context/find-model.js";
import { ApiError } from "../http/api-error.js";
import type { Handler } from "../http/router.js";
import { requireWritable, storeBuiltin } from "../models/store-builtin.js";
import { parseModelName } from "../store/model-name.js";
import { decodeBody, text } from "../wire/decode-body.js";

/** `POST /api/copy`: gives a model a second name. */
export function copyRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "CopyRequest", { source: text, destination: text });
    const source = parseModelName(body.source ?? "");
    if (source === undefined) throw new ApiError(400, `source ${JSON.stringify(body.source ?? "")} is invalid`);
    const destination = parseModelName(body.destination ?? "");
    if (destination === undefined) {
      throw new ApiError(400, `destination ${JSON.stringify(body.destination ?? "")} is invalid`);
    }
    requireWritable(catalog, destination);
    const { store } = catalog;
    const builtin = catalog.builtin(source);
    const isThere = await store.exclusively(async () => {
      if (builtin === undefined) return await store.copy(source, destination);
      await store.put(destination, await storeBuiltin(store, builtin));
      return true;
    });
    if (!isThere) throw new ApiError(404, `model ${JSON.stringify(body.source)} not found`);
    exchange.sendEmpty(200);
  };
}

/** `DELETE /api/delete`: removes a model, and the blobs that no other model needs. */
export function deleteRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "DeleteRequest", { model: text, name: text });
    const asked = body.model || body.name || "";
    if (asked === "") throw new ApiError(400, "model is required");
    if (parseModelName(asked) === undefined) throw new ApiError(400, `name ${JSON.stringify(asked)} is invalid`);
    const model = await findModel(context, asked);
    requireWritable(context.catalog, model.name);
    context.scheduler.expire(model);
    const { store } = context.catalog;
    await store.exclusively(() => store.remove(model.name));
    exchange.sendEmpty(200);
  };
}

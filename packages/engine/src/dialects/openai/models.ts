import type { EngineContext } from "../../engine-context/engine-context.js";
import { findModel } from "../../engine-context/find-model.js";
import { ApiError } from "../../http/api-error.js";
import type { Handler } from "../../http/router.js";
import { encodeJson } from "../../json/go-json.js";
import type { LocalModel } from "../../store/local-model.js";
import { shortName } from "../../store/model-name.js";
import type { Native } from "../translated-exchange.js";
import { OPENAI } from "./openai-dialect.js";

const NS_PER_S = 1_000_000_000n;

/** `GET /v1/models`: the models that are there. */
export function listModels({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const models = await catalog.list();
    // Go writes a list that was never begun as null.
    const data = models.length === 0 ? null : models.map((model) => describe(shortName(model.name), model));
    sendValue(exchange, { object: "list", data });
  };
}

/** `GET /v1/models/:model`: one of them, under the name that was asked for. */
export function describeModel(context: EngineContext): Handler {
  return async (exchange) => {
    const asked = decodeURIComponent(exchange.parameters.model ?? "");
    try {
      sendValue(exchange, describe(asked, await findModel(context, asked)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      exchange.sendJson(error.status, OPENAI.errorBody(error.status, error.message), "application/json");
    }
  };
}

function describe(id: string, { name, modifiedNs }: LocalModel): Native {
  return { id, object: "model", created: Number(modifiedNs / NS_PER_S), owned_by: name.namespace };
}

function sendValue(exchange: Parameters<Handler>[0], value: unknown): void {
  exchange.sendText(200, `${encodeJson(value)}\n`, "application/json");
}

import type { EngineContext } from "../engine-context/engine-context.js";
import type { Handler } from "../http/router.js";
import { listedCapabilitiesOf } from "../models/capabilities.js";
import { modelDetails } from "../models/model-details.js";
import { expiresNs } from "../scheduling/loaded-model.js";
import { shortName } from "../store/model-name.js";
import { formatTimestamp } from "../wire/timestamp.js";

/** `GET /api/tags`: the models that are there. */
export function tagsRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const models = await catalog.list();
    exchange.sendJson(200, {
      models: models.map((model) => ({
        name: shortName(model.name),
        model: shortName(model.name),
        modified_at: formatTimestamp(model.modifiedNs),
        size: model.sizeBytes,
        digest: model.digest,
        details: {
          ...modelDetails(model),
          context_length: model.facts.contextLength,
          embedding_length: model.facts.embeddingLength,
        },
        capabilities: listedCapabilitiesOf(model),
      })),
    });
  };
}

/** `GET /api/ps`: the models in memory. */
export function psRoute({ scheduler }: EngineContext): Handler {
  return (exchange) => {
    exchange.sendJson(200, {
      models: scheduler.loaded.map((loaded) => ({
        name: shortName(loaded.model.name),
        model: shortName(loaded.model.name),
        size: loaded.process.info.sizeBytes,
        digest: loaded.model.digest,
        details: modelDetails(loaded.model),
        expires_at: formatTimestamp(expiresNs(loaded)),
        size_vram: loaded.process.info.vramBytes,
        context_length: loaded.plan.numCtx,
      })),
    });
  };
}

import type { EngineContext } from "../engine-context/engine-context.js";
import type { Handler } from "../http/router.js";
import { engineFacts } from "../inference/engine-facts.js";
import { shortName } from "../store/model-name.js";

/** `GET /api/engine`: what computes here. An Ollama has no such route, by which one knows it. */
export function engineRoute({ settings, scheduler }: EngineContext): Handler {
  return (exchange) => {
    const { computes, threads, availableMemoryBytes, llamaServer } = engineFacts(settings.llamaServer);
    exchange.sendJson(200, {
      computes,
      threads,
      available_memory: availableMemoryBytes,
      ...(llamaServer !== undefined && { llama_server: llamaServer }),
      models: scheduler.loaded.map(({ model, process }) => ({
        name: shortName(model.name),
        computed_by: process.info.computedBy,
        size: process.info.sizeBytes,
        size_vram: process.info.vramBytes,
      })),
    });
  };
}

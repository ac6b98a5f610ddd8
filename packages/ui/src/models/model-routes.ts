import { type LoadedModel, type OllamaModel, sameModelName } from "@codo/ollama-contract";
import * as v from "valibot";
import { type ApiCall, type ApiRoute, bodyOf } from "../http/api-route.js";
import { asModelClient, type ModelClient } from "./model-client.js";
import { Pulls } from "./pulls.js";
import type { UiManager } from "./ui-manager.js";

/** The models of a server: on its disk, and in its memory. */
export interface ModelList {
  models: OllamaModel[];
  loaded: LoadedModel[];
}

const name = v.pipe(v.string(), v.trim(), v.nonEmpty("name a model"));

/** The addresses of models, and the downloads that run. */
export function modelRoutes(manager: UiManager): { routes: ApiRoute[]; pulls: Pulls } {
  const pulls = new Pulls(manager);
  const client = async (): Promise<ModelClient> => asModelClient(await manager.client());
  const changed = <T>(answer: T): T => {
    manager.invalidateModels();
    return answer;
  };
  const routes: ApiRoute[] = [
    { method: "GET", path: "/api/models", answer: () => listModels(manager) },
    { method: "GET", path: "/api/models/:id", answer: async ({ id }) => await (await client()).show({ model: id }) },
    {
      method: "DELETE",
      path: "/api/models/:id",
      answer: async ({ id }) => {
        await (await client()).delete({ model: id });
        return changed({ deleted: id });
      },
    },
    {
      method: "POST",
      path: "/api/models/:id/copy",
      answer: async (call) => {
        const { to } = await bodyOf(call, v.strictObject({ to: name }));
        await (await client()).copy({ source: call.id, destination: to });
        return changed({ copied: call.id, to });
      },
    },
    { method: "POST", path: "/api/models/:id/load", answer: async ({ id }) => await load(await client(), id) },
    {
      method: "POST",
      path: "/api/models/:id/unload",
      answer: async ({ id }) => {
        await (await client()).generate({ model: id, keep_alive: 0, stream: false });
        return { unloaded: id };
      },
    },
    {
      method: "GET",
      path: "/api/pulls/events",
      answer: ({ response }) => {
        pulls.stream(response);
        return undefined;
      },
    },
    {
      method: "POST",
      path: "/api/pulls",
      answer: async (call: ApiCall) => pulls.start((await bodyOf(call, v.strictObject({ model: name }))).model),
    },
    {
      method: "DELETE",
      path: "/api/pulls/:id",
      answer: ({ id }) => {
        pulls.cancel(id);
        return { cancelled: id };
      },
    },
  ];
  return { routes, pulls };
}

async function listModels(manager: UiManager): Promise<ModelList> {
  const [models, loaded] = await Promise.all([manager.listModels({ forceRefresh: true }), manager.listLoaded()]);
  // A server may say the names of what is in memory without their tag.
  const fullName = (name: string): string => models.find((model) => sameModelName(model.name, name))?.name ?? name;
  return { models, loaded: loaded.map((model) => ({ ...model, name: fullName(model.name) })) };
}

/** An embedding model is loaded by embedding nothing. */
async function load(client: ModelClient, model: string): Promise<{ loaded: string }> {
  const { capabilities = [] } = await client.show({ model });
  if (capabilities.includes("completion")) await client.generate({ model, stream: false });
  else await client.embed({ model, input: [] });
  return { loaded: model };
}

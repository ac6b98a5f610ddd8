import { type ListedModel, type OllamaClient, OllamaError, sameModelName } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";
import { ENGINE_MODELS } from "./engine-models.js";

/** The models of a server. */
export interface InstalledModels {
  models: ListedModel[];
  host: string;
}

/** What a server has, asked once. A server is started where none answers. */
export async function installedModels(context: CliContext): Promise<InstalledModels> {
  return await context.ask(async (client) => {
    const { models } = await client.list({ signal: context.signal });
    if (Array.isArray(models)) return { models, host: client.host };
    throw new OllamaError("SERVER_ERROR", `What answers at ${client.host} has no list of models. Is it an Ollama?`);
  });
}

/**
 * The model for a prompt where nobody named one: the specification's default where it is installed, else the engine's, else
 * the newest installed one that answers prompts, with a note. A model that runs on another machine is not
 * taken: no prompt leaves this one by itself.
 * @throws OllamaError `MODEL_NOT_FOUND` when there is none
 */
export async function defaultModel(context: CliContext, { models, host }: InstalledModels): Promise<string> {
  const { defaultModel: specified } = (await context.config()).config;
  const local = models.filter((model) => !isRemote(model));
  const isInstalled = (name: string) => local.some((model) => sameModelName(model.name, name));
  const known = [specified, ENGINE_MODELS[0]].find(isInstalled);
  if (known !== undefined) return known;
  const newest = await newestThatAnswers(context, local);
  if (newest === undefined) throw noModel(host, { hasLocal: local.length > 0, remote: models.find(isRemote)?.name });
  const why = models.length === 1 ? "the only one" : "the newest";
  const what = local.length === models.length ? "that is installed" : "that runs on this machine";
  context.terminal.note(`Using ${newest}, ${why} ${what} (--model or \`codo config set defaultModel\`).`);
  return newest;
}

/** Whether a model runs elsewhere: the server sends its prompts there. */
function isRemote({ name, remote_host: host, remote_model: model }: ListedModel): boolean {
  return Boolean(host) || Boolean(model) || /[:-]cloud$/i.test(name);
}

async function newestThatAnswers(context: CliContext, models: readonly ListedModel[]): Promise<string | undefined> {
  const byAge = models.toSorted((a, b) => Date.parse(b.modified_at) - Date.parse(a.modified_at));
  for (const model of byAge) {
    if (await context.ask((client) => answersPrompts(client, model, context.signal))) return model.name;
  }
  return undefined;
}

/** The list may leave out what a model can do, or all of it; a server that cannot say has nothing against the model. */
async function answersPrompts(client: OllamaClient, model: ListedModel, signal: AbortSignal): Promise<boolean> {
  if (model.capabilities?.includes("completion")) return true;
  if (/bert|embed/i.test(`${model.details?.family ?? ""} ${model.name}`)) return false;
  const shown = await client.show({ model: model.name }, { signal }).catch(() => undefined);
  const capabilities = shown?.capabilities ?? model.capabilities ?? [];
  return capabilities.includes("completion") || !capabilities.includes("embedding");
}

function noModel(host: string, { hasLocal, remote }: { hasLocal: boolean; remote: string | undefined }): OllamaError {
  if (hasLocal) return new OllamaError("MODEL_NOT_FOUND", `The server at ${host} has embedding models only.`);
  if (remote === undefined) return new OllamaError("MODEL_NOT_FOUND", `The server at ${host} has no model.`);
  const message = `The server at ${host} has no model on this machine. ${remote} runs elsewhere, and is used only when it is named: -m ${remote}.`;
  return new OllamaError("MODEL_NOT_FOUND", message);
}

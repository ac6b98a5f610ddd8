import { modelStoreFolder, type OllamaClient, OllamaError, sameModelName } from "@codo/ollama-core";
import { type CliContext, loadEngine } from "../context/cli-context.js";
import { UsageError } from "../errors/usage-error.js";
import { ENGINE_MODELS } from "./engine-models.js";
import { isModelFile, modelFromFile } from "./model-from-file.js";

/** A model, and the server to ask for it. */
export interface ChosenModel {
  model: string;
  /** Address of the server, where it is another than the one in use. */
  url?: string;
}

/**
 * Which model to use: the one that was named, by its name or by its GGUF file; else one that the configuration sets; else the specification's default
 * where it is installed; else the engine's; else the newest installed one, with a note.
 * @throws OllamaError `MODEL_NOT_FOUND` when there is none
 */
export async function chooseModel(context: CliContext, named: string | undefined): Promise<ChosenModel> {
  if (named?.trim() === "") throw new UsageError("--model is empty.", "`codo models list` shows the models.");
  if (named !== undefined) return await chooseNamed(context, named);
  const config = await context.config();
  const configured = await config.explain("defaultModel");
  if (configured.isSet) return await chooseNamed(context, String(configured.value));
  const { models, host } = await context.ask(async (client) => {
    const { models } = await client.list({ signal: context.signal });
    if (Array.isArray(models)) return { models, host: client.host };
    throw new OllamaError("SERVER_ERROR", `What answers at ${client.host} has no list of models. Is it an Ollama?`);
  });
  const isInstalled = (name: string) => models.some((model) => sameModelName(model.name, name));
  const known = [config.config.defaultModel, ENGINE_MODELS[0]].find(isInstalled);
  if (known !== undefined) return { model: known };
  const [newest] = models.toSorted((a, b) => Date.parse(b.modified_at) - Date.parse(a.modified_at));
  if (newest === undefined) {
    throw new OllamaError("MODEL_NOT_FOUND", `The server at ${host} has no model.`);
  }
  const why = models.length === 1 ? "the only one" : "the newest";
  context.terminal.note(
    `Using ${newest.name}, ${why} that is installed (--model or \`codo config set defaultModel\`).`,
  );
  return { model: newest.name };
}

/** The models that were named, each by its name or by its GGUF file. */
export async function nameModels(context: CliContext, named: readonly string[]): Promise<string[]> {
  const models: string[] = [];
  for (const text of named) models.push(isModelFile(text) ? await modelFromFile(context, text) : text);
  return models;
}

async function chooseNamed(context: CliContext, named: string): Promise<ChosenModel> {
  if (isModelFile(named)) return { model: await modelFromFile(context, named) };
  return await withEngineWhereNeeded(context, named);
}

// The engine's own models can be had wherever the engine is installed, also beside an Ollama that lacks them.
async function withEngineWhereNeeded(context: CliContext, model: string): Promise<ChosenModel> {
  const isEngines = ENGINE_MODELS.some((name) => sameModelName(name, model));
  if (!isEngines || (await context.isHostExplicit())) return { model };
  const client = await context.client();
  if (await hasModel(client, model, context.signal)) return { model };
  const { startEngine } = await loadEngine();
  const engine = await startEngine({ models: modelStoreFolder(context.env) });
  context.onEnd(() => engine.stop());
  context.terminal.note(`Started the built-in engine for ${model}, beside the server at ${client.host}.`);
  return { model, url: engine.url };
}

async function hasModel(client: OllamaClient, name: string, signal: AbortSignal): Promise<boolean> {
  const { models } = await client.list({ signal });
  return models.some((model) => sameModelName(model.name, name));
}

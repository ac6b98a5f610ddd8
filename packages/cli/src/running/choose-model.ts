import { modelStoreFolder, type OllamaClient, sameModelName } from "@codo/ollama-core";
import { type CliContext, loadEngine } from "../context/cli-context.js";
import { UsageError } from "../errors/usage-error.js";
import { defaultModel, type InstalledModels, installedModels } from "./default-model.js";
import { ENGINE_MODELS } from "./engine-models.js";
import { isModelFile, modelFromFile } from "./model-from-file.js";

/** A model, and the server to ask for it. */
export interface ChosenModel {
  model: string;
  /** Address of the server, where it is another than the one in use. */
  url?: string;
}

/**
 * Which model to use: the one that was named, by its name or by its GGUF file; else one that the configuration sets;
 * else the {@link defaultModel}.
 * @param installed what the server has, where that is known already
 * @throws OllamaError `MODEL_NOT_FOUND` when there is none
 */
export async function chooseModel(
  context: CliContext,
  named: string | undefined,
  installed?: InstalledModels,
): Promise<ChosenModel> {
  if (named?.trim() === "") throw new UsageError("--model is empty.", "`codo models list` shows the models.");
  if (named !== undefined) return await chooseNamed(context, named);
  const configured = await (await context.config()).explain("defaultModel");
  if (configured.isSet) return await chooseNamed(context, String(configured.value));
  return { model: await defaultModel(context, installed ?? (await installedModels(context))) };
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

import { ApiError } from "../http/api-error.js";
import { type Capability, canDo } from "../models/capabilities.js";
import type { LocalModel } from "../store/local-model.js";
import { fullName, type ModelName, parseModelName } from "../store/model-name.js";
import type { EngineContext } from "./engine-context.js";

/** Finds the model of a request. `missing` makes the 404 for a name that no model has. @throws ApiError */
export async function findModel(
  { catalog }: EngineContext,
  text: string,
  missing: (text: string, name: ModelName | undefined) => string = (name) => `model '${name}' not found`,
): Promise<LocalModel> {
  if (text === "") throw new ApiError(404, missing("", undefined));
  const name = parseModelName(text);
  if (name === undefined) throw new ApiError(400, "invalid model name");
  const model = await catalog.find(name);
  if (model !== undefined) return model;
  if (isCloudName(name)) throw new ApiError(403, "ollama cloud is disabled: remote model is unavailable");
  throw new ApiError(404, missing(text, name));
}

/** Refuses a request that a model can't serve. @throws ApiError (400) */
export function requireCapability(model: LocalModel, asked: string, capability: Capability, purpose: string): void {
  if (canDo(model, capability)) return;
  const named = capability === "tools" || capability === "insert" ? fullName(model.name) : JSON.stringify(asked);
  throw new ApiError(400, `${named} does not support ${purpose}`);
}

function isCloudName({ tag }: ModelName): boolean {
  return tag === "cloud" || tag.endsWith("-cloud");
}

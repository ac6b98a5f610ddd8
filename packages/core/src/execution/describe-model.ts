import type { LoadedModel, ModelDescription } from "@codo/ollama-contract";
import type { ExecutorClient } from "./executor-client.js";

type ShowReply = Awaited<ReturnType<ExecutorClient["show"]>>;
type PsModel = NonNullable<Awaited<ReturnType<ExecutorClient["ps"]>>["models"]>[number];

/** What `/api/show` says of a model, in this library's words. */
export function toModelDescription(name: string, show: ShowReply): ModelDescription {
  const info = show.model_info ?? {};
  const contextLength = info[`${String(info["general.architecture"])}.context_length`];
  return {
    name,
    capabilities: show.capabilities ?? [],
    ...(typeof contextLength === "number" ? { contextLength } : {}),
    ...(show.parameters ? { parameters: parseParameters(show.parameters) } : {}),
    ...(show.details === undefined ? {} : { details: show.details }),
  };
}

/** A line of `/api/ps`, in this library's words. */
export function toLoadedModel(model: PsModel): LoadedModel {
  return {
    name: model.name,
    digest: model.digest,
    sizeBytes: model.size,
    vramBytes: model.size_vram ?? 0,
    ...(model.context_length === undefined ? {} : { contextLength: model.context_length }),
    ...(model.expires_at === undefined ? {} : { expiresAt: model.expires_at }),
  };
}

/**
 * Reads the aligned text of show's `parameters`: a name, blanks, a value, which is quoted where it is a text. A name
 * that comes more than once (`stop`) has a list.
 */
export function parseParameters(text: string): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const line of text.split("\n")) {
    const end = line.search(/\s/);
    if (end <= 0) continue;
    const name = line.slice(0, end);
    const value = parseValue(line.slice(end).trim());
    if (name === "stop") parameters[name] = [...((parameters[name] as unknown[] | undefined) ?? []), value];
    else parameters[name] = value;
  }
  return parameters;
}

function parseValue(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

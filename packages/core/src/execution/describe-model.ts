import type { LoadedModel, ModelDescription } from "@codo/ollama-contract";
import { listOf, numberOf, recordOf, recordsIn, textOf } from "../replies/reply-fields.js";
import type { ExecutorClient } from "../wire/executor-client.js";

type ShowReply = Awaited<ReturnType<ExecutorClient["show"]>>;

/** What `/api/show` says of a model, in this library's words. */
export function toModelDescription(name: string, show: ShowReply): ModelDescription {
  const info = recordOf(show.model_info);
  const contextLength = info[`${String(info["general.architecture"])}.context_length`];
  return {
    name,
    capabilities: listOf(show.capabilities).map(textOf).filter(Boolean),
    ...(typeof contextLength === "number" ? { contextLength } : {}),
    ...(textOf(show.parameters) === "" ? {} : { parameters: parseParameters(textOf(show.parameters)) }),
    ...(show.details === undefined || show.details === null ? {} : { details: show.details }),
  };
}

/** The models in the answer of `/api/ps`, in this library's words; what has no name is none. */
export function readLoadedModels(reply: unknown): LoadedModel[] {
  return recordsIn(recordOf(reply).models).flatMap((model): LoadedModel[] => {
    const name = textOf(model.name) || textOf(model.model);
    if (name === "") return [];
    const contextLength = numberOf(model.context_length);
    const expiresAt = textOf(model.expires_at);
    return [
      {
        name,
        digest: textOf(model.digest),
        sizeBytes: numberOf(model.size) ?? 0,
        vramBytes: numberOf(model.size_vram) ?? 0,
        ...(contextLength === undefined ? {} : { contextLength }),
        ...(expiresAt === "" ? {} : { expiresAt }),
      },
    ];
  });
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

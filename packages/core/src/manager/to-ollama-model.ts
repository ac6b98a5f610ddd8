import type { OllamaModel } from "@codo/ollama-contract";
import { numberOf, recordOf, recordsIn, textOf } from "../replies/reply-fields.js";

/** A model as `/api/tags` lists it, in this library's words. Its capabilities are left to `show`, which knows all. */
function toOllamaModel(listed: Record<string, unknown>): OllamaModel {
  const details = recordOf(listed.details);
  const digest = textOf(listed.digest).replace(/^sha256:/, "");
  return {
    name: textOf(listed.name) || textOf(listed.model),
    id: digest.slice(0, 12),
    size: numberOf(listed.size) ?? 0,
    modified: toIsoDate(textOf(listed.modified_at)),
    ...optional("parameters", textOf(details.parameter_size)),
    ...optional("family", textOf(details.family)),
    ...optional("format", textOf(details.format)),
    status: "available",
    digest,
    ...optional("quantization", textOf(details.quantization_level)),
    ...optional("contextLength", numberOf(details.context_length)),
  };
}

/** The models in the answer of `/api/tags`; what has no name is none. */
export function readModels(reply: unknown): OllamaModel[] {
  return recordsIn(recordOf(reply).models)
    .map(toOllamaModel)
    .filter(({ name }) => name !== "");
}

function optional<K extends string, T>(key: K, value: T | undefined | ""): { [P in K]?: T } {
  return value === undefined || value === "" ? {} : ({ [key]: value } as { [P in K]: T });
}

/** The server writes its own time zone and nine decimals; in UTC and milliseconds dates sort as text. */
function toIsoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

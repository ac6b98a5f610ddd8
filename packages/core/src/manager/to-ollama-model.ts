import type { OllamaModel } from "@codo/ollama-contract";
import type { ListedModel } from "../wire/model-info.js";

/** A model as `/api/tags` lists it, in this library's words. Its capabilities are left to `show`, which knows all. */
export function toOllamaModel(listed: ListedModel): OllamaModel {
  const { details } = listed;
  const digest = (listed.digest ?? "").replace(/^sha256:/, "");
  return {
    name: listed.name ?? listed.model,
    id: digest.slice(0, 12),
    size: listed.size,
    modified: toIsoDate(listed.modified_at),
    ...optional("parameters", details?.parameter_size),
    ...optional("family", details?.family),
    ...optional("format", details?.format),
    status: "available",
    digest,
    ...optional("quantization", details?.quantization_level),
    ...optional("contextLength", details?.context_length),
  };
}

function optional<K extends string, T>(key: K, value: T | undefined | ""): { [P in K]?: T } {
  return value === undefined || value === "" ? {} : ({ [key]: value } as { [P in K]: T });
}

/** The server writes its own time zone and nine decimals; in UTC and milliseconds dates sort as text. */
function toIsoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

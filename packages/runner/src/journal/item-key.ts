import { hash as digest } from "node:crypto";
import type { ExecutionRequest, OutputFormat, StandardSchema } from "@codo/ollama-contract";
import { canonicalModelName, toWireOptions } from "@codo/ollama-contract";

/**
 * What an item is known by in a journal, beside its id: a hash of all that makes the answer. The same item without an id
 * a second time gets another occurrence number, see `occurrenceKey`.
 */
export function contentHash(request: ExecutionRequest): string {
  const { model, options, system, prompt, messages, images } = request;
  const further = furtherFingerprint(request);
  return hash([
    canonicalModelName(model),
    optionsFingerprint(options ?? {}),
    system ?? null,
    prompt ?? null,
    messages ?? null,
    images ?? null,
    ...(Object.keys(further).length === 0 ? [] : [further]),
  ]);
}

/** What changes an answer and is seldom set: only what is set. */
function furtherFingerprint(request: ExecutionRequest): Partial<ExecutionRequest> {
  const { think, tools, suffix, template, raw, logprobs, topLogprobs, truncate, shift } = request;
  const further = { think, tools, suffix, template, raw, logprobs, topLogprobs, truncate, shift };
  return Object.fromEntries(Object.entries(further).filter(([, value]) => value !== undefined));
}

/** The journal key of an item's nth occurrence, from 0. */
export function occurrenceKey(content: string, occurrence: number): string {
  return `${content}#${occurrence}`;
}

/** Options as they matter for the answer: wire names, only what is set, with the format and without `stream`. */
export function optionsFingerprint(options: NonNullable<ExecutionRequest["options"]>): Record<string, unknown> {
  const format = formatFingerprint(options.format);
  return { ...toWireOptions(options).options, ...(format !== undefined && { format }) };
}

/** JSON with sorted keys, so that the same value is always the same text. Bytes are written as base64. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item instanceof Uint8Array) return Buffer.from(item).toString("base64");
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function hash(value: unknown): string {
  return digest("sha256", canonicalJson(value), "hex").slice(0, 32);
}

function formatFingerprint(format: OutputFormat | null | undefined): unknown {
  if (format === undefined || format === null || format === "text") return undefined;
  if (typeof format === "string" || !("~standard" in format)) return format;
  const standard = (format as StandardSchema)["~standard"] as StandardSchema["~standard"] & {
    jsonSchema?: { input(options: { target: string }): unknown };
  };
  // Schemas of a library that cannot be written down are distinguished by their library only.
  return standard.jsonSchema?.input({ target: "draft-2020-12" }) ?? `standard-schema:${standard.vendor}`;
}

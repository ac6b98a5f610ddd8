import { hash as digest } from "node:crypto";
import type { ExecutionRequest, OutputFormat, StandardSchema } from "@codo/ollama-contract";
import { canonicalModelName, toWireOptions } from "@codo/ollama-contract";
import type { JournalLine } from "./journal-line.js";

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
  return onlySet({ think, tools, suffix, template, raw, logprobs, topLogprobs, truncate, shift });
}

/**
 * All of a request that makes its answer, so that it can be written down: no headers, which hold secrets, and nothing of
 * how it is run. A schema is written as JSON Schema.
 */
export function writtenRequest(request: ExecutionRequest): ExecutionRequest {
  const { model, options = {}, system, prompt, messages, images } = request;
  const format = formatFingerprint(options.format) as OutputFormat | undefined;
  const written = { ...options, ...(format === undefined ? {} : { format }) };
  const base = { prompt, messages, system, images: images?.map(asBase64), options: written };
  return { model, ...onlySet(base), ...furtherFingerprint(request) };
}

/**
 * The request of a journal's line: the one that was written down; before requests were written, what its result says.
 * `undefined` where that is not what was sent, by the hash in its key.
 */
export function requestOfLine({ key, request, result, options }: JournalLine): ExecutionRequest | undefined {
  const { modelName, prompt } = result;
  const found = request ?? { model: modelName, prompt, options: options as ExecutionRequest["options"] & object };
  const content = contentHash(found);
  return key.startsWith(`${content}#`) || key.endsWith(`#${content}`) ? found : undefined;
}

function asBase64(image: string | Uint8Array): string {
  return typeof image === "string" ? image : Buffer.from(image).toString("base64");
}

function onlySet<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
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

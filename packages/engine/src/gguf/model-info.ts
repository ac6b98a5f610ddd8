import { shortestFloat32 } from "../json/go-json.js";
import { type GgufFile, GgufType, type GgufValue } from "./gguf-file.js";
import { tensorTypeName } from "./gguf-types.js";
import { countParameters } from "./model-facts.js";

/** Metadata that `show` keeps to itself. */
const HIDDEN = new Set(["general.name", "tokenizer.chat_template"]);

/** A file's metadata as `show` reports it: sorted, arrays only on request. */
export function modelInfo(file: GgufFile, verbose: boolean): Record<string, unknown> {
  const info = new Map<string, unknown>();
  for (const [key, { type, itemType, value }] of file.metadata) {
    if (HIDDEN.has(key)) continue;
    info.set(key, type === GgufType.array && !verbose ? null : jsonValue(value, itemType ?? type));
  }
  info.set("general.parameter_count", countParameters(file));
  return Object.fromEntries([...info].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A file's tensors as `show` lists them. */
export function tensorList(file: GgufFile): { name: string; type: string; shape: number[] }[] {
  return file.tensors.map(({ name, type, shape }) => ({ name, type: tensorTypeName(type), shape }));
}

function jsonValue(value: GgufValue, type: GgufType): unknown {
  if (Array.isArray(value)) return value.map((item) => jsonValue(item, type));
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && type === GgufType.float32 ? shortestFloat32(value) : value;
}

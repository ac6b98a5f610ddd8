import { type GgufFile, GgufType, type GgufValue } from "./gguf-file.js";
import { fileTypeName } from "./gguf-types.js";

/** What the routes report about a model's file. */
export interface ModelFacts {
  architecture: string;
  fileType: string;
  parameterCount: number;
  contextLength: number;
  embeddingLength: number;
  /** Whether the file is made for embeddings and not for text. */
  embedding: boolean;
  /** Whether the file says how token vectors become one. */
  hasPooling: boolean;
  /** The Jinja chat template inside the file. */
  chatTemplate?: string;
  bosToken: string;
  eosToken: string;
}

/** Gathers what the routes need from a file's metadata; missing values are 0 or empty. */
export function modelFacts(file: GgufFile): ModelFacts {
  const architecture = textOf(file, "general.architecture");
  const poolingType = numberOf(file, `${architecture}.pooling_type`);
  const chatTemplate = textOf(file, "tokenizer.chat_template");
  return {
    architecture,
    fileType: fileTypeName(numberOf(file, "general.file_type")),
    parameterCount: countParameters(file),
    contextLength: numberOf(file, `${architecture}.context_length`) ?? 0,
    embeddingLength: numberOf(file, `${architecture}.embedding_length`) ?? 0,
    embedding: poolingType !== undefined && poolingType > 0,
    hasPooling: poolingType !== undefined,
    ...(chatTemplate !== "" && { chatTemplate }),
    bosToken: specialToken(file, "bos"),
    eosToken: specialToken(file, "eos"),
  };
}

/** Elements of all tensors together. */
export function countParameters(file: GgufFile): number {
  return file.tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/** A parameter count as people read it: `1.08M`, `65K`, `7.2B`. */
export function humanCount(count: number): string {
  if (count >= 1e12) return `${trim(count / 1e12, 1)}T`;
  if (count >= 1e9) return `${trim(count / 1e9, 1)}B`;
  if (count >= 1e6) return `${trim(count / 1e6, 2)}M`;
  return count >= 1000 ? `${Math.floor(count / 1000)}K` : String(count);
}

function trim(value: number, decimals: number): string {
  return value.toFixed(decimals);
}

function textOf(file: GgufFile, key: string): string {
  const value = file.metadata.get(key)?.value;
  return typeof value === "string" ? value : "";
}

function numberOf(file: GgufFile, key: string): number | undefined {
  const value: GgufValue | undefined = file.metadata.get(key)?.value;
  return typeof value === "number" ? value : undefined;
}

function specialToken(file: GgufFile, which: "bos" | "eos"): string {
  const id = numberOf(file, `tokenizer.ggml.${which}_token_id`);
  const tokens = file.metadata.get("tokenizer.ggml.tokens");
  if (id === undefined || tokens?.itemType !== GgufType.string || !Array.isArray(tokens.value)) return "";
  const token = tokens.value[id];
  return typeof token === "string" ? token : "";
}

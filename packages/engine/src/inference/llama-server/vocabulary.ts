import type { GgufFile } from "../../gguf/gguf-file.js";

/** What the engine has to know of a model's tokens, from its file. */
export interface Vocabulary {
  size: number;
  /** The token before every text, where the model wants one. */
  begin?: number;
  /** How that token is written. */
  beginText?: string;
  /** The token after a text that is embedded, where the model wants one. */
  end?: number;
  /** Any token to begin with when there is no text at all. */
  first?: number;
}

/** Reads it; `around` is what the server makes of an empty text. */
export function readVocabulary({ metadata }: GgufFile, around: readonly number[]): Vocabulary {
  const tokens = metadata.get("tokenizer.ggml.tokens")?.value;
  const token = (name: string): number | undefined => {
    const value = metadata.get(`tokenizer.ggml.${name}_token_id`)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const isEndOnly = around.length === 1 && around[0] !== token("bos") && around[0] === token("eos");
  const begin = isEndOnly ? undefined : around[0];
  const end = isEndOnly ? around[0] : around[1];
  const beginText: unknown = Array.isArray(tokens) && begin !== undefined ? tokens[begin] : undefined;
  const first = token("bos") ?? begin ?? token("eos");
  return {
    size: Array.isArray(tokens) ? tokens.length : 0,
    ...(begin !== undefined && { begin }),
    ...(typeof beginText === "string" && { beginText }),
    ...(end !== undefined && { end }),
    ...(first !== undefined && { first }),
  };
}

import { modelfileError } from "./read-instructions.js";

type Kind = "integer" | "number" | "boolean" | "strings";

/** The type of each parameter. Source: Ollama 0.33, `api.Options` and `api.Runner`. */
const KINDS: Record<string, Kind> = {
  num_ctx: "integer",
  num_batch: "integer",
  num_gpu: "integer",
  main_gpu: "integer",
  use_mmap: "boolean",
  num_thread: "integer",
  draft_num_predict: "integer",
  num_keep: "integer",
  seed: "integer",
  num_predict: "integer",
  top_k: "integer",
  top_p: "number",
  min_p: "number",
  typical_p: "number",
  repeat_last_n: "integer",
  temperature: "number",
  repeat_penalty: "number",
  presence_penalty: "number",
  frequency_penalty: "number",
  stop: "strings",
};

/** What servers had once: it changes nothing any more, and stands in many a Modelfile. */
const DEPRECATED = new Set([
  "penalize_newline",
  "low_vram",
  "f16_kv",
  "logits_all",
  "vocab_only",
  "use_mlock",
  "mirostat",
  "mirostat_tau",
  "mirostat_eta",
]);

/** A `PARAMETER`'s name and value, of its right type. @throws OllamaError `INVALID_REQUEST` for a name that is none */
export function parseParameter(text: string, line: number): [name: string, value: unknown] {
  const space = text.indexOf(" ");
  const name = text.slice(0, space).toLowerCase();
  const value = text.slice(space + 1);
  switch (KINDS[name]) {
    case "strings":
      return [name, [value]];
    case "integer":
      if (!/^[+-]?\d+$/.test(value)) throw modelfileError(line, `${name} is "${value}", not a whole number`);
      return [name, Number(value)];
    case "number": {
      const number = value.trim() === "" ? Number.NaN : Number(value);
      if (!Number.isFinite(number)) throw modelfileError(line, `${name} is "${value}", not a number`);
      return [name, number];
    }
    case "boolean":
      if (!/^(true|false)$/i.test(value)) throw modelfileError(line, `${name} is "${value}", not true or false`);
      return [name, value.toLowerCase() === "true"];
    default:
      if (DEPRECATED.has(name)) return [name, value];
      throw modelfileError(line, `${JSON.stringify(name)} is no parameter; is it misspelt?`);
  }
}

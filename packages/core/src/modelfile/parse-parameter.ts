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

/** A `PARAMETER`'s name and value, of its right type; a name that is not known keeps its text for the server to judge. */
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
      return [name, value];
  }
}

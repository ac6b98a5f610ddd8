import type { JinjaValue } from "./jinja-weights.js";

/** A value as Python writes it into a text: `{'name': 'x', 'strict': True}`. */
export function pythonText(given: JinjaValue, isInside = false): string {
  const { type, value } = given;
  if (value === null || type === "NullValue") return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return isInside ? quoted(value) : value;
  if (Array.isArray(value)) {
    const items = value.map((item: JinjaValue) => pythonText(item, true)).join(", ");
    return type === "TupleValue" ? `(${items}${value.length === 1 ? "," : ""})` : `[${items}]`;
  }
  if (!(value instanceof Map)) return value === undefined ? "" : String(given);
  const entries = [...(value as Map<string, JinjaValue>)].map(
    ([key, item]) => `${quoted(key)}: ${pythonText(item, true)}`,
  );
  return `{${entries.join(", ")}}`;
}

/** Single quotes, unless there are such in the text and no double ones. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}

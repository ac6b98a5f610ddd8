/*
 * What a template works on, as far as its language distinguishes values: strings, numbers, booleans, `undefined` for
 * Go's nil, arrays for slices, `Map`s for maps, and structs.
 */

/** A value of a template. */
export type Value = string | number | boolean | undefined | Value[] | Map<string, Value> | Struct;

/** How a struct's field is called in JSON, and whether it is left out there when it is empty. */
export interface Field {
  name: string;
  json?: string;
  omitsEmpty?: boolean;
  value: Value;
}

/** A Go struct: its fields are fixed, so that another name is an error, and it always counts as true. */
export class Struct {
  readonly typeName: string;
  readonly fields: readonly Field[];
  readonly #text: ((self: Struct) => string) | undefined;

  /** @param text - what its `String` method gives, where the type has one */
  constructor(typeName: string, fields: readonly Field[], text?: (self: Struct) => string) {
    this.typeName = typeName;
    this.fields = fields;
    this.#text = text;
  }

  get(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name);
  }

  /** What its `String` method gives; absent where it has none. */
  text(): string | undefined {
    return this.#text?.(this);
  }
}

/** A list or a map whose type has a `String` method that gives its JSON. */
const printedAsJson = new WeakSet<object>();

/** Marks a list or a map as one of a type that prints itself as JSON. */
export function printAsJson<T extends Value[] | Map<string, Value>>(value: T): T {
  printedAsJson.add(value);
  return value;
}

/** Turns plain data, such as parsed JSON, into values: objects become maps. */
export function toValue(data: unknown): Value {
  if (data === null || data === undefined) return undefined;
  if (Array.isArray(data)) return data.map(toValue);
  if (typeof data === "object") return new Map(Object.entries(data).map(([key, inner]) => [key, toValue(inner)]));
  return data as string | number | boolean;
}

/** Whether a value counts as true in a condition. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Struct) return true;
  return value !== undefined && value !== "" && value !== 0 && value !== false;
}

/** A value's kind in the words of Go, for errors. */
export function kindOf(value: Value): string {
  if (value === undefined) return "nil";
  if (Array.isArray(value)) return "slice";
  if (value instanceof Map) return "map";
  if (value instanceof Struct) return value.typeName;
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}

/** The entries of a map in the order in which a template sees them: by key. */
export function sortedEntries(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** What an action prints of a value. `undefined` at the top is a missing entry. */
export function printed(value: Value): string {
  return value === undefined ? "<no value>" : formatValue(value);
}

/** A value as `fmt` prints it with `%v`. */
export function formatValue(value: Value): string {
  if (value === undefined) return "<nil>";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof Struct) {
    return value.text() ?? `{${value.fields.map((field) => formatValue(field.value)).join(" ")}}`;
  }
  if (printedAsJson.has(value)) return toJson(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(" ")}]`;
  const entries = sortedEntries(value).map(([key, inner]) => `${key}:${formatValue(inner)}`);
  return `map[${entries.join(" ")}]`;
}

/** A value as `encoding/json` writes it: keys of maps in order, `<`, `>` and `&` escaped. */
export function toJson(value: Value): string {
  if (value === undefined) return "null";
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`;
  if (value instanceof Map) {
    return `{${sortedEntries(value)
      .map(([key, inner]) => `${jsonString(key)}:${toJson(inner)}`)
      .join(",")}}`;
  }
  const shown = value.fields.filter(({ omitsEmpty, value: inner }) => !omitsEmpty || isTrue(inner));
  return `{${shown.map(({ name, json, value: inner }) => `${jsonString(json ?? name)}:${toJson(inner)}`).join(",")}}`;
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// Go writes an exponent below 1e-4 and from 1e21 on, with two digits at least.
function formatNumber(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && size < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

import { TemplateError } from "./template-error.js";
import { formatValue, isTrue, kindOf, Struct, type Value } from "./values.js";

/** A function that a template may call. */
export type TemplateFunction = (...values: Value[]) => Value;

/** The functions of Go's `text/template`, but `and` and `or`, whose arguments are evaluated one by one. */
export const BUILTIN_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["eq", equal],
  ["ne", (left, right) => !equal(left, right)],
  ["lt", (left, right) => compare(left, right) < 0],
  ["le", (left, right) => compare(left, right) <= 0],
  ["gt", (left, right) => compare(left, right) > 0],
  ["ge", (left, right) => compare(left, right) >= 0],
  ["not", (value) => !isTrue(value)],
  ["len", length],
  ["index", index],
  ["slice", slice],
  ["print", print],
  ["println", (...values) => `${values.map(formatValue).join(" ")}\n`],
  ["printf", (format, ...values) => printf(String(format), values)],
  ["html", (...values) => escapeHtml(print(...values))],
  ["urlquery", (...values) => encodeURIComponent(print(...values)).replaceAll("%20", "+")],
  ["js", (...values) => JSON.stringify(print(...values)).slice(1, -1)],
]);

/** Functions that evaluate an argument only when the ones before have not decided. */
export const LAZY_FUNCTIONS: ReadonlySet<string> = new Set(["and", "or"]);

/** Other values might do. */
const OF_DATA = { isOfData: true };

function equal(left: Value, ...rights: Value[]): boolean {
  if (rights.length === 0) throw new TemplateError("missing argument for comparison");
  return rights.some((right) => {
    if (left === undefined || right === undefined) return left === right;
    if (typeof left === "object" || typeof right === "object") throw new TemplateError("invalid type for comparison");
    if (typeof left !== typeof right) throw new TemplateError("incompatible types for comparison");
    return left === right;
  });
}

function compare(left: Value, right: Value): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  throw new TemplateError(
    typeof left === typeof right ? "invalid type for comparison" : "incompatible types for comparison",
  );
}

function length(value: Value): number {
  // The length of a text is that of its bytes.
  if (typeof value === "string") return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value === undefined) throw new TemplateError("len of nil pointer", OF_DATA);
  throw new TemplateError(`len of type ${kindOf(value)}`);
}

function index(value: Value, ...keys: Value[]): Value {
  let item = value;
  for (const key of keys) {
    if (Array.isArray(item)) item = item[position(key, item.length - 1)];
    else if (typeof item === "string") item = Buffer.from(item)[position(key, Buffer.byteLength(item) - 1)];
    else if (item instanceof Map) {
      if (typeof key !== "string") throw new TemplateError(`value has type ${kindOf(key)}; should be string`);
      item = item.get(key);
    } else if (item === undefined) throw new TemplateError("index of untyped nil", OF_DATA);
    else throw new TemplateError(`can't index item of type ${kindOf(item)}`);
  }
  return item;
}

function slice(value: Value, ...bounds: Value[]): Value {
  if (bounds.length > 3) throw new TemplateError(`too many slice indexes: ${bounds.length}`);
  if (value === undefined) throw new TemplateError("slice of untyped nil", OF_DATA);
  if (typeof value !== "string" && !Array.isArray(value)) {
    throw new TemplateError(`can't slice item of type ${kindOf(value)}`);
  }
  // A text is cut by its bytes.
  const bytes = typeof value === "string" ? Buffer.from(value) : undefined;
  const most = bytes?.length ?? length(value);
  const start = bounds[0] === undefined ? 0 : position(bounds[0], most);
  const end = bounds[1] === undefined ? most : position(bounds[1], most);
  if (start > end) throw new TemplateError(`invalid slice index: ${start} > ${end}`, OF_DATA);
  return bytes?.subarray(start, end).toString() ?? (value as Value[]).slice(start, end);
}

function position(key: Value, most: number): number {
  if (typeof key !== "number") throw new TemplateError(`cannot index slice/array with type ${kindOf(key)}`);
  if (key < 0 || key > most) throw new TemplateError(`index out of range: ${key}`, OF_DATA);
  return key;
}

/** Values beside each other; a space stands between two of which none is a text. */
function print(...values: Value[]): string {
  return values
    .map((value, at) => {
      const needsSpace = at > 0 && typeof value !== "string" && typeof values[at - 1] !== "string";
      return (needsSpace ? " " : "") + formatValue(value);
    })
    .join("");
}

const WIDEST = 1_000_000;

function printf(format: string, values: readonly Value[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# ]*)(0?)([1-9]\d*|\*)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_whole, flags, zero, wanted, precision, verb) => {
      if (verb === "%") return "%";
      // `*` takes the width from the values: templates count with it.
      const width = wanted === "*" ? values[next++] : wanted;
      if (next >= values.length) return `%!${verb}(MISSING)`;
      const shown = formatVerb(verb, values[next++], precision === undefined ? undefined : Number(precision));
      if (width === undefined) return shown;
      const columns = Math.min(Number(width), WIDEST);
      if (flags.includes("-")) return shown.padEnd(columns);
      return shown.padStart(columns, zero === "" ? " " : "0");
    },
  );
  const left = values.slice(next).map((value) => `${kindOf(value)}=${formatValue(value)}`);
  return left.length === 0 ? text : `${text}%!(EXTRA ${left.join(", ")})`;
}

function formatVerb(verb: string, value: Value, precision: number | undefined): string {
  const isNumber = typeof value === "number";
  if (verb === "v" || (verb === "d" && isNumber) || (verb === "t" && typeof value === "boolean"))
    return formatValue(value);
  if (verb === "s" && !isNumber)
    return precision === undefined ? formatValue(value) : formatValue(value).slice(0, precision);
  if (verb === "q" && typeof value === "string") return JSON.stringify(value);
  if (verb === "f" && isNumber) return value.toFixed(precision ?? 6);
  if (verb === "x" && isNumber) return value.toString(16);
  if (verb === "c" && isNumber) return String.fromCodePoint(value);
  if (verb === "T") return kindOf(value);
  return `%!${verb}(${kindOf(value)}=${formatValue(value)})`;
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => HTML_ESCAPES[char] ?? char);
}

/** A field of a value: of a struct, or an entry of a map; a missing entry is nil, a missing field an error. */
export function fieldOf(value: Value, name: string): Value {
  if (value instanceof Map) return value.get(name);
  if (value instanceof Struct) {
    const field = value.get(name);
    if (field !== undefined) return field.value;
    throw new TemplateError(`can't evaluate field ${name} in type ${value.typeName}`);
  }
  if (value === undefined) throw new TemplateError(`nil pointer evaluating interface {}.${name}`, OF_DATA);
  throw new TemplateError(`can't evaluate field ${name} in type ${kindOf(value)}`);
}

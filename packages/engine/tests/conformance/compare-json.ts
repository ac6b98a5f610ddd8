const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Numbers that Go leaves out when they are 0. */
const LEFT_OUT_WHEN_ZERO = /_duration$|_count$|^completed$/;
/** Texts that say what the weights say, or what they are. */
const FREE_TEXTS = new Set([
  "response",
  "content",
  "thinking",
  "token",
  "id",
  "version",
  "digest",
  "family",
  "parameter_size",
  "rendered_template",
]);
/** Objects and lists that describe the weights, or are made by them. */
const FREE_VALUES = new Set(["arguments", "families", "bytes", "shape", "context"]);
/** Metadata that every model has. */
const GENERAL = new Set(["general.architecture", "general.file_type", "general.parameter_count"]);
/** Numbers that are the same whatever the weights are. */
const FIXED_NUMBERS = new Set(["size_vram", "index"]);
/** Texts whose lines come in any order, as a Go map gives them. */
const UNORDERED_TEXTS = new Set(["parameters", "modelfile"]);

/** Says in which ways one JSON value has another shape than a recorded one. */
export function compareJson(expected: unknown, actual: unknown, path: string): string[] {
  const key = path.split(".").at(-1)?.replace("[]", "") ?? "";
  if (FREE_VALUES.has(key)) return typeOf(expected) === typeOf(actual) ? [] : [typesDiffer(expected, actual, path)];
  if (typeOf(expected) !== typeOf(actual)) return [typesDiffer(expected, actual, path)];
  if (Array.isArray(expected) && Array.isArray(actual)) return compareArrays(expected, actual, path);
  if (isObject(expected) && isObject(actual)) {
    return key === "model_info" ? compareModelInfo(expected, actual, path) : compareObjects(expected, actual, path);
  }
  if (typeof expected === "string" && typeof actual === "string") return compareTexts(expected, actual, key, path);
  if (typeof expected === "number" && !FIXED_NUMBERS.has(key)) return [];
  return expected === actual ? [] : [`${path}: ${String(actual)}, recorded ${String(expected)}`];
}

function compareObjects(expected: Record<string, unknown>, actual: Record<string, unknown>, path: string): string[] {
  const fields = (value: Record<string, unknown>): string =>
    Object.keys(value)
      .filter((name) => !LEFT_OUT_WHEN_ZERO.test(name))
      .join(" ");
  if (fields(expected) !== fields(actual)) {
    return [`${path || "body"} has [${fields(actual)}], recorded [${fields(expected)}]`];
  }
  return Object.keys(expected).flatMap((name) =>
    name in actual ? compareJson(expected[name], actual[name], path === "" ? name : `${path}.${name}`) : [],
  );
}

/** Metadata is that of the file; what is general has to be there, and lists are `null` unless asked for. */
function compareModelInfo(expected: Record<string, unknown>, actual: Record<string, unknown>, path: string): string[] {
  const missing = Object.keys(expected).filter((name) => GENERAL.has(name) && !(name in actual));
  const sorted = Object.keys(actual).sort().join() === Object.keys(actual).join();
  const isList = (value: unknown): boolean => value === null || Array.isArray(value);
  return [
    ...missing.map((name) => `${path} lacks ${name}`),
    ...(sorted ? [] : [`${path} is not sorted`]),
    ...Object.keys(expected)
      .filter((name) => name in actual && isList(expected[name]) && typeOf(expected[name]) !== typeOf(actual[name]))
      .map((name) => typesDiffer(expected[name], actual[name], `${path}.${name}`)),
  ];
}

function compareArrays(expected: unknown[], actual: unknown[], path: string): string[] {
  if (path === "models" || (path === "data" && expected.every((item) => nameOf(item) !== "")))
    return compareModels(expected, actual, path);
  if (path === "capabilities" || path.endsWith(".capabilities")) {
    const isSame = JSON.stringify(expected) === JSON.stringify(actual);
    return isSame ? [] : [`${path}: ${JSON.stringify(actual)}, recorded ${JSON.stringify(expected)}`];
  }
  if ((expected.length === 0) !== (actual.length === 0)) {
    return [`${path} has ${actual.length} entries, recorded ${expected.length}`];
  }
  if (path === "embeddings" && expected.length !== actual.length) {
    return [`${path} has ${actual.length} vectors, recorded ${expected.length}`];
  }
  if (path === "tensors") return compareJson(withoutValues(expected[0]), withoutValues(actual[0]), `${path}[]`);
  return actual.slice(0, expected.length).flatMap((item, index) => compareJson(expected[index], item, `${path}[]`));
}

/** Models in any order, each with the one of its name. */
function compareModels(expected: unknown[], actual: unknown[], path: string): string[] {
  const names = (models: unknown[]): string =>
    models
      .map((model) => nameOf(model))
      .sort()
      .join(" ");
  if (names(expected) !== names(actual)) return [`${path}: ${names(actual)}, recorded ${names(expected)}`];
  return expected.flatMap((model) => {
    const same = actual.find((candidate) => nameOf(candidate) === nameOf(model));
    return compareJson(model, same, `${path}[]`);
  });
}

function compareTexts(expected: string, actual: string, key: string, path: string): string[] {
  if (FREE_TEXTS.has(key)) return [];
  // A vector in base64: its length and its numbers are the model's.
  if (key === "embedding") return BASE64.test(actual) ? [] : [`${path}: ${actual} is not base64`];
  if (TIME.test(expected)) return TIME.test(actual) ? [] : [`${path}: ${actual} is no time`];
  const order = (text: string): string => (UNORDERED_TEXTS.has(key) ? text.split("\n").sort().join("\n") : text);
  return order(expected) === order(actual)
    ? []
    : [`${path}: ${JSON.stringify(actual)}, recorded ${JSON.stringify(expected)}`];
}

/** An entry with nothing but its fields. */
function withoutValues(value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.keys(value).map((name) => [name, ""])) : value;
}

function nameOf(model: unknown): string {
  return isObject(model) ? String(model.name ?? model.id ?? "") : "";
}

function typesDiffer(expected: unknown, actual: unknown, path: string): string {
  return `${path}: ${typeOf(actual)} ${JSON.stringify(actual)?.slice(0, 100)}, recorded ${typeOf(expected)}`;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { readLooseValue } from "./loose-value.js";

/** The tools that a request offers: their names, and of what type their parameters are. */
export class OfferedTools {
  readonly names: ReadonlySet<string>;
  readonly #properties = new Map<string, unknown>();

  /** @param definitions - as the wire has them; what is no definition is passed over */
  constructor(definitions: readonly unknown[]) {
    for (const definition of definitions) {
      const body = field(definition, "function");
      const name = field(body, "name");
      if (typeof name === "string") this.#properties.set(name, field(field(body, "parameters"), "properties"));
    }
    this.names = new Set(this.#properties.keys());
  }

  /**
   * The value of an argument that a model wrote as bare text. It is what the tool's parameter is declared to be, as
   * far as the text can be that; text otherwise.
   */
  argument(tool: string, parameter: string, text: string): unknown {
    if (/^null$/i.test(text)) return null;
    const types = typesOf(field(this.#properties.get(tool), parameter));
    if (types.includes("boolean") && /^(?:true|false)$/i.test(text)) return /^t/i.test(text);
    const isNumeric = text.trim() !== "" && Number.isFinite(Number(text));
    if (types.includes("integer") && isNumeric && /^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
    if (types.includes("number") && isNumeric) return Number(text);
    const isList = types.includes("array") && /^\s*[[(]/.test(text);
    const isObject = types.includes("object") && /^\s*\{/.test(text);
    return isList || isObject ? structureOf(text) : text;
  }
}

function structureOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return readLooseValue(text)?.value ?? text;
  }
}

function typesOf(property: unknown): string[] {
  const variants = ["anyOf", "oneOf"].flatMap((key) => {
    const list = field(property, key);
    return Array.isArray(list) ? list : [];
  });
  const type = field(property, "type");
  const own = Array.isArray(type) ? type : [type];
  return [...own.filter((name) => typeof name === "string"), ...variants.flatMap(typesOf)];
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

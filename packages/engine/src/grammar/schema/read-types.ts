import { type Automaton, LanguageTooLargeError, MAX_STATES } from "../language/automaton.js";
import { FORMATS } from "../language/formats.js";
import { InvalidPatternError, patternAutomaton } from "../language/pattern.js";
import { UnsupportedPatternError } from "../language/pattern-parser.js";
import { isRecord, type LocatedSchema, type SchemaDocument } from "./schema-document.js";
import type { SchemaNotes } from "./schema-notes.js";
import {
  ANY_ARRAY,
  ANY_NUMBER,
  ANY_OBJECT,
  ANY_STRING,
  type ArrayShape,
  type ItemsFacet,
  literal,
  type NumberBound,
  type NumberShape,
  type ObjectShape,
  type PropertiesFacet,
  type Shape,
  type StringShape,
} from "./shapes.js";

/** What reading a schema's keywords needs. */
export interface ReadingContext {
  readonly document: SchemaDocument;
  readonly notes: SchemaNotes;
  /** Read what a schema does not mention as allowed, as the letter of JSON Schema has it. */
  readonly openWorld: boolean;
}

const PLAIN_ENCODINGS = new Set(["7bit", "8bit", "binary"]);
const ENCODINGS = new Map([
  ["base16", "^([0-9A-Fa-f]{2})*$"],
  ["base32", "^([A-Z2-7]{8})*([A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$"],
  ["base64", "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"],
  ["base64url", "^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?$"],
]);

const EXCERPT_LENGTH = 60;

const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"] as const;
type TypeName = (typeof TYPES)[number];

const KEYWORDS_OF_TYPE: readonly (readonly [TypeName, readonly string[]])[] = [
  [
    "object",
    [
      "properties",
      "required",
      "additionalProperties",
      "patternProperties",
      "propertyNames",
      "minProperties",
      "maxProperties",
    ],
  ],
  ["array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"]],
  ["string", ["pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];
const GENERAL_KEYWORDS = ["const", "enum", "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if"];

/** The shapes that `type` and the keywords of the single types allow. */
export function readTypes(at: LocatedSchema, schema: Record<string, unknown>, context: ReadingContext): Shape[] {
  return typesOf(schema, context).flatMap((type) => readType(type, at, schema, context));
}

function readType(
  type: TypeName,
  at: LocatedSchema,
  schema: Record<string, unknown>,
  context: ReadingContext,
): Shape[] {
  switch (type) {
    case "null":
      return [literal(null)];
    case "boolean":
      return [literal(true), literal(false)];
    case "integer":
      return [readNumber(at, schema, true, context)];
    case "number":
      return [readNumber(at, schema, false, context)];
    case "string":
      return [readString(at, schema, context)];
    case "array":
      return [readArray(at, schema, context)];
    case "object":
      return [readObject(at, schema, context)];
  }
}

function typesOf(schema: Record<string, unknown>, context: ReadingContext): TypeName[] {
  const stated = schema.type === undefined ? undefined : [schema.type].flat();
  if (stated && (stated.length === 0 || !stated.every(isTypeName))) {
    context.notes.fault(`Unrecognized schema: ${JSON.stringify(schema)}`);
    return [];
  }
  const types = stated ? TYPES.filter((type) => stated.includes(type)) : impliedTypes(schema, context.openWorld);
  const nullable = stated && schema.nullable === true && !types.includes("null") ? [...types, "null" as const] : types;
  return nullable.filter((type) => type !== "integer" || !nullable.includes("number"));
}

/** Without a `type`, a schema that speaks of properties means an object, and so on. */
function impliedTypes(schema: Record<string, unknown>, openWorld: boolean): TypeName[] {
  const all = TYPES.filter((type) => type !== "integer");
  if (openWorld || GENERAL_KEYWORDS.some((keyword) => keyword in schema)) return all;
  const implied = KEYWORDS_OF_TYPE.filter(([, keywords]) => keywords.some((keyword) => keyword in schema));
  return implied.length === 0 ? all : implied.map(([type]) => type);
}

function isTypeName(value: unknown): value is TypeName {
  return TYPES.some((type) => type === value);
}

function readNumber(
  at: LocatedSchema,
  schema: Record<string, unknown>,
  integer: boolean,
  { notes }: ReadingContext,
): NumberShape {
  const multiple = schema.multipleOf;
  if (multiple !== undefined && !(typeof multiple === "number" && multiple > 0)) {
    notes.fault(`multipleOf at ${at.path} must be a number above 0, not ${JSON.stringify(multiple)}`);
  }
  return {
    ...ANY_NUMBER,
    integer,
    lower: readBound(schema.minimum, schema.exclusiveMinimum, (a, b) => a >= b),
    upper: readBound(schema.maximum, schema.exclusiveMaximum, (a, b) => a <= b),
    multiplesOf: typeof multiple === "number" && multiple > 0 ? [multiple] : [],
  };
}

/** `exclusive` is a number, or in draft 4 a boolean that makes `inclusive` exclusive. */
function readBound(
  inclusive: unknown,
  exclusive: unknown,
  asTight: (a: number, b: number) => boolean,
): NumberBound | undefined {
  const bound = typeof inclusive === "number" ? { value: inclusive, exclusive: exclusive === true } : undefined;
  if (typeof exclusive !== "number") return bound;
  return bound && !asTight(exclusive, bound.value) ? bound : { value: exclusive, exclusive: true };
}

function readString(at: LocatedSchema, schema: Record<string, unknown>, context: ReadingContext): StringShape {
  const { notes } = context;
  const languages: Automaton[] = [];
  if (typeof schema.pattern === "string") {
    const automaton = tryPattern(schema.pattern, at.path, "pattern", notes);
    if (automaton) languages.push(automaton);
  }
  if (typeof schema.format === "string") {
    const format = FORMATS.get(schema.format);
    if (format) languages.push(format.automaton());
    else notes.looser(at.path, "format", `The format ${schema.format} is not known and not enforced.`);
    if (format && !format.complete) {
      notes.stricter(at.path, "format", `Only the usual forms of ${schema.format} are produced.`);
    }
  }
  languages.push(...readContent(at, schema, context));
  let maxLength = count(schema.maxLength) ?? Number.POSITIVE_INFINITY;
  if (Number.isFinite(maxLength) && maxLength >= MAX_STATES) {
    maxLength = MAX_STATES - 1;
    notes.stricter(at.path, "maxLength", `Texts of more than ${maxLength} characters are not produced.`);
  }
  let minLength = count(schema.minLength) ?? 0;
  if (minLength >= MAX_STATES) {
    notes.fault(`minLength at ${at.path}: ${minLength} is more than the ${MAX_STATES - 1} that a grammar can count.`);
    minLength = MAX_STATES - 1;
  }
  return { ...ANY_STRING, minLength, maxLength, languages };
}

/** The automaton of a pattern, or nothing when a grammar can't follow it; then the notes say so. */
export function tryPattern(source: string, path: string, keyword: string, notes: SchemaNotes): Automaton | undefined {
  try {
    return patternAutomaton(source);
  } catch (error) {
    if (error instanceof InvalidPatternError) notes.fault(`${keyword} at ${path}: ${error.message}`);
    else if (error instanceof LanguageTooLargeError) {
      notes.fault(`${keyword} at ${path}: ${excerpt(source)} needs ${error.message}, too much for a grammar.`);
    } else if (error instanceof UnsupportedPatternError) {
      notes.looser(path, keyword, `${JSON.stringify(source)} needs ${error.message}, which a grammar can't follow.`);
    } else throw error;
    return undefined;
  }
}

/** What is encoded in a text: the encoding is followed, what it holds is not looked at. */
function readContent(
  at: LocatedSchema,
  { contentEncoding: encoding, contentMediaType }: Record<string, unknown>,
  { notes, openWorld }: ReadingContext,
): Automaton[] {
  if (contentMediaType !== undefined) {
    notes.looser(at.path, "contentMediaType", `What the text holds need not be ${JSON.stringify(contentMediaType)}.`);
  }
  if (typeof encoding !== "string" || PLAIN_ENCODINGS.has(encoding.toLowerCase())) return [];
  const pattern = ENCODINGS.get(encoding.toLowerCase());
  if (pattern === undefined) {
    notes.looser(at.path, "contentEncoding", `The encoding ${JSON.stringify(encoding)} is not known and not enforced.`);
    return [];
  }
  // By the letter of JSON Schema it is a remark that forbids nothing.
  if (openWorld) notes.stricter(at.path, "contentEncoding", `Only ${encoding} is produced.`);
  return [patternAutomaton(pattern)];
}

function excerpt(source: string): string {
  return JSON.stringify(source.length > EXCERPT_LENGTH ? `${source.slice(0, EXCERPT_LENGTH)}…` : source);
}

function readArray(at: LocatedSchema, schema: Record<string, unknown>, context: ReadingContext): ArrayShape {
  const { document, notes } = context;
  const maxItems = count(schema.maxItems) ?? Number.POSITIVE_INFINITY;
  if (schema.uniqueItems === true && maxItems > 1) {
    notes.looser(at.path, "uniqueItems", "Items can repeat: a grammar does not remember earlier items.");
  }
  if (schema.contains !== undefined && schema.minContains !== 0) {
    notes.looser(at.path, "contains", "An item of this kind can be missing.");
  }
  if (schema.contains !== undefined && schema.maxContains !== undefined) {
    notes.looser(at.path, "maxContains", "Items of this kind are not counted.");
  }
  const facet = itemsFacet(at, schema, document);
  return {
    ...ANY_ARRAY,
    facets: facet.prefix.length > 0 || facet.items ? [facet] : [],
    minItems: count(schema.minItems),
    maxItems,
  };
}

/** `prefixItems` and `items`, or `items` as a list and `additionalItems` in older drafts. */
function itemsFacet(at: LocatedSchema, schema: Record<string, unknown>, document: SchemaDocument): ItemsFacet {
  const list = Array.isArray(schema.prefixItems) ? "prefixItems" : Array.isArray(schema.items) ? "items" : undefined;
  const members = list ? schema[list] : undefined;
  const rest = list === "items" ? "additionalItems" : "items";
  return {
    prefix: list && Array.isArray(members) ? members.map((_, index) => document.child(at, list, index)) : [],
    items: schema[rest] === undefined ? undefined : document.child(at, rest),
  };
}

function readObject(at: LocatedSchema, schema: Record<string, unknown>, context: ReadingContext): ObjectShape {
  const facet = propertiesFacet(at, schema, context);
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === "string") : [];
  return {
    ...ANY_OBJECT,
    facets: facet.properties.size > 0 || facet.patterns.length > 0 || facet.additional ? [facet] : [],
    required: [...new Set(required)],
    minProperties: count(schema.minProperties) ?? 0,
    maxProperties: count(schema.maxProperties) ?? Number.POSITIVE_INFINITY,
  };
}

function propertiesFacet(at: LocatedSchema, schema: Record<string, unknown>, context: ReadingContext): PropertiesFacet {
  const { document, notes } = context;
  const properties = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const patterns = isRecord(schema.patternProperties) ? Object.keys(schema.patternProperties) : [];
  return {
    properties: new Map(properties.map((name) => [name, document.child(at, "properties", name)])),
    patterns: patterns.flatMap((source) => {
      const automaton = tryPattern(source, `${at.path}/patternProperties`, "patternProperties", notes);
      return automaton ? [{ automaton, schema: document.child(at, "patternProperties", source) }] : [];
    }),
    additional: schema.additionalProperties === undefined ? undefined : document.child(at, "additionalProperties"),
  };
}

/** A keyword that counts: a whole number from 0, written as `2` or `2.0`. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.floor(value) : undefined;
}

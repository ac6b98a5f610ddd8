import { type Automaton, EVERYTHING, uniteAutomata } from "../language/automaton.js";
import { automatonOf } from "../language/determinize.js";
import { choice, text } from "../language/expression.js";
import { admitsValue } from "./admits-value.js";
import { subtractShapes } from "./complement-shapes.js";
import { areDisjoint } from "./disjoint-shapes.js";
import { intersectShapes, withoutRepeatedLiterals } from "./intersect-shapes.js";
import { type ReadingContext, readTypes } from "./read-types.js";
import { ALWAYS, isRecord, type LocatedSchema, NEVER, type SchemaNode } from "./schema-document.js";
import { ANY_OBJECT, ANY_VALUE, type ArrayShape, literal, type ObjectShape, type Shape } from "./shapes.js";
import { stringLanguage } from "./string-language.js";

/** Most shapes that come of combining schemas, beyond those that one of them lists: more, and the schema is refused. */
const MAX_SHAPES = 300;

/** Reads schemas into shapes: the meaning of JSON Schema's keywords, draft 4 to 2020-12. */
export class SchemaReader {
  private readonly known = new Map<string, readonly Shape[]>();
  private readonly reading = new Set<string>();
  /** Schemas that some note applies to. */
  private readonly inexact = new Set<string>();
  private deviations = 0;

  constructor(readonly context: ReadingContext) {}

  /** The shapes of the values that all schemas of a node allow. */
  shapesOf(node: SchemaNode): readonly Shape[] {
    return node.reduce<readonly Shape[]>((shapes, at) => this.and(shapes, this.read(at), at.path, "allOf"), ANY_VALUE);
  }

  /** Whether a node allows a value. */
  admits(node: SchemaNode, value: unknown): boolean {
    return this.shapesOf(node).some((shape) => this.admitsShape(shape, value));
  }

  private readonly admitsShape = (shape: Shape, value: unknown): boolean => admitsValue(shape, value, this);

  private read(at: LocatedSchema): readonly Shape[] {
    const known = this.known.get(at.path);
    if (known) {
      if (this.inexact.has(at.path)) this.deviations++;
      return known;
    }
    if (this.reading.has(at.path)) {
      this.context.notes.fault(`Error resolving ref at ${at.path}: the schema refers to itself without end`);
      return [];
    }
    this.reading.add(at.path);
    const before = this.deviations + this.context.notes.count;
    const shapes = this.readKeywords(at);
    if (this.deviations + this.context.notes.count > before) this.inexact.add(at.path);
    this.reading.delete(at.path);
    this.known.set(at.path, shapes);
    return shapes;
  }

  private readKeywords(at: LocatedSchema): readonly Shape[] {
    const { schema } = at;
    if (schema === true) return ANY_VALUE;
    if (schema === false) return [];
    if (!isRecord(schema)) {
      this.context.notes.fault(`Unrecognized schema: ${JSON.stringify(schema)}`);
      return [];
    }
    let shapes: readonly Shape[] = readTypes(at, schema, this.context);
    if ("const" in schema) shapes = this.and(shapes, [literal(schema.const)], at.path, "const");
    if (Array.isArray(schema.enum)) shapes = this.and(shapes, schema.enum.map(literal), at.path, "enum");
    this.nameRoundedNumbers(at, schema);
    shapes = this.references(shapes, at, schema);
    shapes = this.combinations(shapes, at, schema);
    shapes = this.conditions(shapes, at, schema);
    shapes = this.names(shapes, at, schema);
    shapes = this.dependencies(shapes, at, schema);
    return this.unevaluated(shapes, at, schema);
  }

  /** The schema was read as JSON: of a longer number only the first digits are left. */
  private nameRoundedNumbers(at: LocatedSchema, schema: Record<string, unknown>): void {
    for (const keyword of NUMBER_KEYWORDS) {
      if (!holdsRoundedNumber(schema[keyword])) continue;
      this.context.notes.looser(at.path, keyword, "Whole numbers of more than 15 digits may have been rounded.");
    }
  }

  private references(shapes: readonly Shape[], at: LocatedSchema, schema: Record<string, unknown>): readonly Shape[] {
    const { document, notes } = this.context;
    return ["$ref", "$dynamicRef", "$recursiveRef"].reduce((rest, keyword) => {
      const reference = schema[keyword];
      if (typeof reference !== "string") return rest;
      if (keyword !== "$ref") {
        notes.looser(at.path, keyword, "It is followed as a $ref, not by the dynamic scope.");
        notes.stricter(at.path, keyword, "It is followed as a $ref, not by the dynamic scope.");
      }
      const target = document.resolve(reference, at);
      if (typeof target !== "string") return this.and(rest, this.read(target), at.path, keyword);
      notes.fault(target);
      return [];
    }, shapes);
  }

  private combinations(shapes: readonly Shape[], at: LocatedSchema, schema: Record<string, unknown>): readonly Shape[] {
    let rest = shapes;
    for (const part of this.list(at, schema, "allOf")) rest = this.and(rest, this.read(part), at.path, "allOf");
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = this.list(at, schema, keyword).map((branch) => this.read(branch));
      if (branches.length === 0) continue;
      if (keyword === "oneOf") this.checkExclusive(branches, at);
      rest = this.and(rest, branches.flat(), at.path, keyword);
    }
    return rest;
  }

  /** A grammar takes the union: it is "exactly one" only where no value can be of two branches. */
  private checkExclusive(branches: readonly (readonly Shape[])[], at: LocatedSchema): void {
    const shapes = branches.flat();
    // A long list of values need not be compared each with each.
    const overlaps = shapes.every(({ kind }) => kind === "literal")
      ? withoutRepeatedLiterals(shapes).length < shapes.length
      : branches.some((branch, index) => branches.slice(index + 1).some((other) => !areDisjoint(branch, other, this)));
    if (overlaps) this.context.notes.looser(at.path, "oneOf", "A value of two branches at once is not excluded.");
  }

  private conditions(shapes: readonly Shape[], at: LocatedSchema, schema: Record<string, unknown>): readonly Shape[] {
    const { document, notes } = this.context;
    let rest = shapes;
    if (schema.not !== undefined) {
      const without = this.without(rest, document.child(at, "not"));
      if (without) rest = without;
      else notes.looser(at.path, "not", "What it excludes is not excluded.");
    }
    if (schema.if === undefined || (schema.then === undefined && schema.else === undefined)) return rest;
    const condition = document.child(at, "if");
    const when = (keyword: "then" | "else") =>
      schema[keyword] === undefined ? ANY_VALUE : this.read(document.child(at, keyword));
    const met = this.and(this.and(rest, this.read(condition), at.path, "if"), when("then"), at.path, "then");
    const unmet = this.without(rest, condition);
    if (!unmet) notes.looser(at.path, "if", "A value can follow else though the condition is met.");
    return withoutRepeatedLiterals([...met, ...this.and(unmet ?? rest, when("else"), at.path, "else")]);
  }

  /** The shapes without what a schema allows, or nothing when that has no shape. */
  private without(shapes: readonly Shape[], excluded: LocatedSchema): readonly Shape[] | undefined {
    const removed = this.read(excluded);
    // What was not read to the letter must not be taken away.
    if (this.inexact.has(excluded.path)) return undefined;
    const rest = subtractShapes(shapes, removed, this.admitsShape);
    if (rest === undefined || rest.length <= Math.max(MAX_SHAPES, shapes.length)) return rest;
    this.context.notes.fault(`What ${excluded.path} excludes leaves too many parts of the rest.`);
    return shapes;
  }

  private names(shapes: readonly Shape[], at: LocatedSchema, schema: Record<string, unknown>): readonly Shape[] {
    if (schema.propertyNames === undefined) return shapes;
    const node = [this.context.document.child(at, "propertyNames")];
    const languages = this.shapesOf(node).flatMap((shape): Automaton[] => {
      if (shape.kind === "string") return [stringLanguage(shape) ?? EVERYTHING];
      if (shape.kind === "literal" && typeof shape.value === "string") return [automatonOf(text(shape.value))];
      return [];
    });
    const names = languages.reduce((all, language) => uniteAutomata(all, language), automatonOf(choice()));
    return this.and(shapes, this.onlyObjects({ ...ANY_OBJECT, names: [names] }), at.path, "propertyNames");
  }

  /** `dependentRequired`, `dependentSchemas` and the older `dependencies`: the property is absent, or more is asked. */
  private dependencies(shapes: readonly Shape[], at: LocatedSchema, schema: Record<string, unknown>): readonly Shape[] {
    const { document } = this.context;
    const keywords = ["dependentRequired", "dependentSchemas", "dependencies"];
    const entries = keywords.flatMap((keyword) => {
      const map = schema[keyword];
      return isRecord(map) ? Object.entries(map).map(([name, demand]) => ({ keyword, name, demand })) : [];
    });
    return entries.reduce((rest, { keyword, name, demand }) => {
      const facet = { properties: new Map([[name, NEVER]]), patterns: [] };
      const absent = this.onlyObjects({ ...ANY_OBJECT, facets: [facet] });
      const present = Array.isArray(demand)
        ? [{ ...ANY_OBJECT, required: [name, ...demand.filter((other) => typeof other === "string")] }]
        : this.and(
            [{ ...ANY_OBJECT, required: [name] }],
            this.read(document.child(at, keyword, name)),
            at.path,
            keyword,
          );
      return this.and(rest, [...absent, ...present], at.path, keyword);
    }, shapes);
  }

  /** A constraint on objects leaves values of other types alone. */
  private onlyObjects(shape: Shape): Shape[] {
    return [...ANY_VALUE.filter((other) => other.kind !== "object"), shape];
  }

  /** `unevaluatedProperties` and `unevaluatedItems` hold for what no other keyword here speaks of. */
  private unevaluated(shapes: readonly Shape[], at: LocatedSchema, schema: Record<string, unknown>): readonly Shape[] {
    const { document, notes } = this.context;
    const keywords = ["unevaluatedProperties", "unevaluatedItems"].filter((keyword) => schema[keyword] !== undefined);
    const text = keywords.length > 0 ? JSON.stringify(schema) : "";
    for (const keyword of keywords) {
      if (/"(anyOf|contains|not|if)":/.test(text)) {
        notes.stricter(at.path, keyword, "What several branches allow together is not produced.");
      }
      if (/"(not|if)":/.test(text)) notes.looser(at.path, keyword, "What a condition mentions counts as allowed.");
    }
    return shapes.map((shape) => {
      if (shape.kind === "object" && schema.unevaluatedProperties !== undefined) {
        return coverProperties(shape, document.child(at, "unevaluatedProperties"));
      }
      if (shape.kind === "array" && schema.unevaluatedItems !== undefined) {
        return coverItems(shape, document.child(at, "unevaluatedItems"));
      }
      return shape;
    });
  }

  private list(at: LocatedSchema, schema: Record<string, unknown>, keyword: string): LocatedSchema[] {
    const members = schema[keyword];
    return Array.isArray(members) ? members.map((_, index) => this.context.document.child(at, keyword, index)) : [];
  }

  private and(a: readonly Shape[], b: readonly Shape[], path: string, keyword: string): readonly Shape[] {
    if (a === ANY_VALUE) return b;
    if (b === ANY_VALUE) return a;
    const common = intersectShapes(a, b, this.admitsShape);
    if (common.length <= Math.max(MAX_SHAPES, a.length, b.length)) return common;
    this.context.notes.fault(`${keyword} at ${path} has too many combinations with the rest of the schema.`);
    return a;
  }
}

/** Puts the properties that no schema names, and none covers with `additionalProperties`, under one. */
function coverProperties(shape: ObjectShape, additional: LocatedSchema): ObjectShape {
  if (shape.facets.some((facet) => facet.additional)) return shape;
  const names = shape.facets.flatMap((facet) => [...facet.properties.keys()]);
  const properties = new Map(names.map((name) => [name, ALWAYS]));
  const patterns = shape.facets.flatMap((facet) =>
    facet.patterns.map(({ automaton }) => ({ automaton, schema: ALWAYS })),
  );
  return { ...shape, facets: [...shape.facets, { properties, patterns, additional }] };
}

/** Puts the items that no schema names, and none covers with `items`, under one. */
function coverItems(shape: ArrayShape, items: LocatedSchema): ArrayShape {
  if (shape.facets.some((facet) => facet.items)) return shape;
  const length = Math.max(0, ...shape.facets.map((facet) => facet.prefix.length));
  return { ...shape, facets: [...shape.facets, { prefix: Array.from({ length }, () => ALWAYS), items }] };
}

/** Keywords in whose values numbers stand. */
const NUMBER_KEYWORDS = [
  "const",
  "enum",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
] as const;

function holdsRoundedNumber(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsRoundedNumber);
}

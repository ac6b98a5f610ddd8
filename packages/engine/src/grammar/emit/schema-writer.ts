import { LanguageTooLargeError } from "../language/automaton.js";
import { automatonOf } from "../language/determinize.js";
import { choice, type Expression, NOTHING, oneOf, sequence, text } from "../language/expression.js";
import { wordAutomaton } from "../language/word-automaton.js";
import type { SchemaReader } from "../schema/read-schema.js";
import type { SchemaNode } from "../schema/schema-document.js";
import type { SchemaNotes } from "../schema/schema-notes.js";
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape } from "../schema/shapes.js";
import { stringLanguage } from "../schema/string-language.js";
import { arrayText, MAX_REPEATS } from "./array-text.js";
import { writeAutomaton } from "./automaton-rules.js";
import { JsonRules } from "./json-rules.js";
import { literalTexts } from "./literal-text.js";
import type { NodeWriter } from "./node-writer.js";
import { numberLanguage } from "./number-language.js";
import { objectText } from "./object-text.js";
import type { RuleBook } from "./rule-book.js";

/** From as many values on, an enumeration shares its beginnings. */
const SHARED_BEGINNINGS = 6;

/** Writes the shapes of schemas as grammar rules; the same conjunction of schemas is written once. */
export class SchemaWriter implements NodeWriter {
  readonly json: JsonRules;
  readonly openWorld: boolean;
  readonly notes: SchemaNotes;

  constructor(
    readonly book: RuleBook,
    private readonly reader: SchemaReader,
  ) {
    this.json = new JsonRules(book);
    this.openWorld = reader.context.openWorld;
    this.notes = reader.context.notes;
  }

  node(node: SchemaNode, hint: string): Expression {
    const schemas = new Map(node.filter(({ schema }) => schema !== true).map((at) => [at.path, at]));
    if (schemas.size === 0) return this.json.value;
    const distinct = [...schemas.values()];
    const key = [...schemas.keys()].sort().join(" ");
    const shapes = this.reader.shapesOf(distinct);
    const path = distinct[0]?.path ?? "#";
    if (shapes.length === 0) return NOTHING;
    if (shapes.length <= 3 && shapes.every(isShort)) return this.shapes(shapes, { key, hint, path });
    return this.book.ruleFor(key, hint, () => this.shapes(shapes, { key, hint, path }));
  }

  private shapes(shapes: readonly Shape[], at: ShapePlace): Expression {
    const values = shapes.flatMap((shape) => (shape.kind === "literal" ? [shape.value] : []));
    const others = shapes.map((shape, index) => this.shape(shape, { ...at, key: `${at.key} ${index}` }));
    return choice(...(values.length > 0 ? [this.values(values, at)] : []), ...others);
  }

  /** Literals are written together, by `values`. */
  private shape(shape: Shape, at: ShapePlace): Expression {
    switch (shape.kind) {
      case "literal":
        return NOTHING;
      case "number":
        return this.number(shape, at);
      case "string":
        return this.string(shape, at);
      case "array":
        return this.array(shape, at);
      case "object":
        return this.object(shape, at);
    }
  }

  private values(values: readonly unknown[], { key, hint, path }: ShapePlace): Expression {
    if (values.length < SHARED_BEGINNINGS) return literalTexts(values);
    const plain = values.filter((value) => typeof value !== "object" || value === null);
    const structured = values.filter((value) => typeof value === "object" && value !== null);
    try {
      const automaton = wordAutomaton(plain.map((value) => JSON.stringify(value)));
      const words = writeAutomaton(this.book, { automaton, key, hint, characters: oneOf, end: text("") });
      return structured.length === 0 ? words : choice(words, this.structuredValues(structured, { key, hint, path }));
    } catch (error) {
      if (!(error instanceof LanguageTooLargeError)) throw error;
      this.notes.fault(
        `The ${values.length} values at ${path} need ${error.message}, too much for a grammar: give fewer or shorter ones.`,
      );
      return NOTHING;
    }
  }

  /** Arrays and objects, which have a place for a space after each comma and colon. */
  private structuredValues(values: readonly unknown[], { key, hint }: ShapePlace): Expression {
    const expression = literalTexts(values);
    if (values.length < SHARED_BEGINNINGS) return expression;
    const automaton = automatonOf(expression);
    return writeAutomaton(this.book, { automaton, key: `${key} values`, hint, characters: oneOf, end: text("") });
  }

  private number(shape: NumberShape, { key, hint, path }: ShapePlace): Expression {
    if (!shape.lower && !shape.upper && shape.multiplesOf.length === 0) {
      return shape.integer ? this.json.integer : this.json.number;
    }
    const { automaton, ignored } = numberLanguage(shape);
    for (const divisor of ignored)
      this.notes.looser(path, "multipleOf", `Multiples of ${divisor} are not counted out.`);
    return writeAutomaton(this.book, { automaton, key, hint, characters: oneOf, end: text("") });
  }

  private string(shape: StringShape, { key, hint, path }: ShapePlace): Expression {
    const { minLength, maxLength, languages } = shape;
    if (languages.length === 0) {
      const repeats = maxLength === Number.POSITIVE_INFINITY ? minLength : maxLength;
      if (minLength === 0 && repeats === 0 && maxLength > 0) return this.json.string;
      if (repeats <= MAX_REPEATS) return this.json.stringOfLength(minLength, maxLength);
    }
    const automaton = this.language(shape, path);
    if (!automaton) return this.json.string;
    const body = writeAutomaton(this.book, {
      automaton,
      key,
      hint,
      characters: (set) => this.json.charactersOf(set),
      end: text('"'),
    });
    return sequence(text('"'), body);
  }

  private language(shape: StringShape, path: string) {
    try {
      return stringLanguage(shape);
    } catch (error) {
      if (!(error instanceof LanguageTooLargeError)) throw error;
      this.notes.fault(`What the text at ${path} has to be needs ${error.message}, too much for a grammar.`);
      return shape.languages[0];
    }
  }

  private array(shape: ArrayShape, { key, hint, path }: ShapePlace): Expression {
    let { minItems, maxItems } = shape;
    if (Number.isFinite(maxItems) && maxItems > MAX_REPEATS) {
      maxItems = MAX_REPEATS;
      this.notes.stricter(path, "maxItems", `Arrays of more than ${MAX_REPEATS} items are not produced.`);
    }
    if (minItems !== undefined && minItems > MAX_REPEATS) {
      this.notes.fault(`minItems at ${path}: ${minItems} is more than the ${MAX_REPEATS} that a grammar can count.`);
      minItems = MAX_REPEATS;
    }
    const free = shape.facets.length === 0 && !minItems && maxItems === Number.POSITIVE_INFINITY;
    return free ? this.json.array : arrayText({ ...shape, minItems, maxItems }, key, hint, this);
  }

  private object(shape: ObjectShape, { key, hint, path }: ShapePlace): Expression {
    const free = shape.facets.length === 0 && shape.required.length === 0 && shape.names.length === 0;
    if (free && shape.minProperties === 0 && !Number.isFinite(shape.maxProperties)) return this.json.object;
    return objectText(shape, key, hint, path, this);
  }
}

/** What the rules of a shape are called, and where it stands in the schema. */
interface ShapePlace {
  readonly key: string;
  readonly hint: string;
  readonly path: string;
}

/** Short enough to stand where it is used. */
function isShort(shape: Shape): boolean {
  if (shape.kind === "literal") return true;
  if (shape.kind === "string")
    return shape.languages.length === 0 && shape.minLength === 0 && !Number.isFinite(shape.maxLength);
  return shape.kind === "number" && !shape.lower && !shape.upper && shape.multiplesOf.length === 0;
}

import {
  type Automaton,
  accepts,
  complementAutomaton,
  EVERYTHING,
  intersectAutomata,
  isEmptyLanguage,
  subtractAutomata,
} from "../language/automaton.js";
import { choice, type Expression, NOTHING, optional, sequence, text } from "../language/expression.js";
import { wordAutomaton } from "../language/word-automaton.js";
import { NEVER, type SchemaNode } from "../schema/schema-document.js";
import { type ObjectShape, propertySchemas } from "../schema/shapes.js";
import { writeAutomaton } from "./automaton-rules.js";
import { COMMA, SPACE } from "./json-rules.js";
import type { NodeWriter } from "./node-writer.js";

/** More patterns than this would need too many combinations of them. */
const MAX_PATTERNS = 5;

/** An object that is being written: `key` names its rules. */
interface ObjectWriting {
  readonly shape: ObjectShape;
  readonly key: string;
  readonly hint: string;
  readonly writer: NodeWriter;
  /** In the order of the schema. */
  readonly members: readonly { readonly text: Expression; readonly required: boolean }[];
  readonly additional: Expression;
}

/** An object: the properties that the schema names, in its order, and then others, as far as they are allowed. */
export function objectText(
  shape: ObjectShape,
  key: string,
  hint: string,
  path: string,
  writer: NodeWriter,
): Expression {
  const names = [...new Set([...shape.facets.flatMap((facet) => [...facet.properties.keys()]), ...shape.required])];
  const members = names.map((name) => ({
    text: sequence(text(`${JSON.stringify(name)}:`), SPACE, writer.node(schemasOf(shape, name), name)),
    required: shape.required.includes(name),
  }));
  const additional = additionalMembers(shape, names, { key, hint, path }, writer);
  const countable = members.filter(({ required }) => required).length;
  if (shape.minProperties > Math.max(1, countable) && additional !== NOTHING) {
    writer.notes.looser(path, "minProperties", "A name that comes twice is counted twice.");
  }
  const writing = { shape, key, hint, writer, members, additional };
  return sequence(text("{"), tailOrNothing(writing, 0, 0), text("}"));
}

function schemasOf(shape: ObjectShape, name: string): SchemaNode {
  const allowed = shape.names.every((language) => accepts(language, name));
  return allowed ? propertySchemas(shape, name, accepts) : [NEVER];
}

/** Whether the object may end before member `index`, with `written` members so far. */
function mayEnd({ shape, members }: ObjectWriting, index: number, written: number): boolean {
  return written >= shape.minProperties && members.slice(index).every((member) => !member.required);
}

function tailOrNothing(writing: ObjectWriting, index: number, written: number): Expression {
  const tail = tailFrom(writing, index, written);
  return mayEnd(writing, index, written) ? optional(tail) : tail;
}

/** What follows a member: nothing, or a comma and a further one. */
function restFrom(writing: ObjectWriting, index: number, written: number): Expression {
  const rest = sequence(COMMA, tailFrom(writing, index, written));
  return mayEnd(writing, index, written) ? optional(rest) : rest;
}

/** Member `index` or a later one, with all that follows; a rule for each place, so that the grammar grows linearly. */
function tailFrom(writing: ObjectWriting, index: number, written: number): Expression {
  const { shape, members, additional, writer, key, hint } = writing;
  if (written >= shape.maxProperties) return NOTHING;
  // Beyond the bounds the count no longer matters.
  const bounded = Number.isFinite(shape.maxProperties) || written < shape.minProperties;
  const counted = bounded ? written : shape.minProperties;
  const nextCount = Number.isFinite(shape.maxProperties) ? counted + 1 : Math.min(counted + 1, shape.minProperties);
  const member = members[index];
  if (!member && additional === NOTHING) return NOTHING;
  return writer.book.ruleFor(`${key}>${index},${counted}`, `${hint}-${member ? index + 1 : "more"}`, () => {
    if (!member) return sequence(additional, restFrom(writing, index, nextCount));
    const written = sequence(member.text, restFrom(writing, index + 1, nextCount));
    return member.required ? written : choice(written, tailFrom(writing, index + 1, counted));
  });
}

/** Members with names that the schema does not list: one alternative for each combination of matching patterns. */
function additionalMembers(
  shape: ObjectShape,
  declared: readonly string[],
  { key, hint, path }: { key: string; hint: string; path: string },
  writer: NodeWriter,
): Expression {
  const patterns = [...new Set(shape.facets.flatMap((facet) => facet.patterns.map(({ automaton }) => automaton)))];
  if (patterns.length > MAX_PATTERNS) {
    writer.notes.stricter(path, "patternProperties", "With so many patterns only the listed properties are produced.");
    return NOTHING;
  }
  const open = shape.facets.some((facet) => facet.additional) || isOpen(shape, declared, writer.openWorld);
  const options = nameLanguages(shape, declared, patterns).flatMap(({ language, matched }, index) => {
    const schemas = shape.facets.flatMap((facet) => {
      const own = facet.patterns.filter(({ automaton }) => matched.has(automaton)).map(({ schema }) => schema);
      return own.length === 0 && facet.additional ? [facet.additional] : own;
    });
    if (matched.size === 0 && !open) return [];
    if (schemas.some((schema) => schema.schema === false)) return [];
    const name =
      language === EVERYTHING
        ? writer.json.string
        : sequence(
            text('"'),
            writeAutomaton(writer.book, {
              automaton: language,
              key: `${key} name ${index}`,
              hint: `${hint}-name`,
              characters: (set) => writer.json.charactersOf(set),
              end: text('"'),
            }),
          );
    return [sequence(name, text(":"), SPACE, writer.node(schemas, `${hint}-value`))];
  });
  return options.length === 0 ? NOTHING : choice(...options);
}

/** Without a word about further properties, an object that lists some has no others, unless the world is open. */
function isOpen(shape: ObjectShape, declared: readonly string[], openWorld: boolean): boolean {
  if (openWorld || shape.minProperties > declared.length) return true;
  return declared.length === 0 && shape.facets.every((facet) => facet.patterns.length === 0);
}

function nameLanguages(shape: ObjectShape, declared: readonly string[], patterns: readonly Automaton[]) {
  let all = EVERYTHING;
  if (declared.length > 0) all = complementAutomaton(wordAutomaton(declared));
  for (const language of shape.names) all = intersectAutomata(all, language);
  let parts: { language: Automaton; matched: ReadonlySet<Automaton> }[] = [{ language: all, matched: new Set() }];
  for (const pattern of patterns) {
    parts = parts.flatMap(({ language, matched }) => [
      { language: intersectAutomata(language, pattern), matched: new Set([...matched, pattern]) },
      { language: subtractAutomata(language, pattern), matched },
    ]);
  }
  return parts.filter(({ language }) => !isEmptyLanguage(language));
}

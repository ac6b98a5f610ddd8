import { Environment, Interpreter } from "@huggingface/jinja";
import type { JinjaValue } from "./jinja-weights.js";
import { pythonText } from "./python-text.js";

/** A piece of a parsed template. */
export interface JinjaNode {
  readonly type: string;
}

interface ForNode extends JinjaNode {
  readonly iterable: JinjaNode & { readonly lhs?: JinjaNode };
  readonly defaultBlock: unknown;
}

/** A filter, by its name or called with arguments. */
interface FilterNode extends JinjaNode {
  readonly value?: unknown;
  readonly callee?: { readonly value?: unknown };
  readonly args?: readonly JinjaNode[];
}

interface BinaryNode extends JinjaNode {
  readonly operator: { readonly value: string };
  readonly left: JinjaNode;
  readonly right: JinjaNode;
}

interface MemberNode extends JinjaNode {
  readonly computed: boolean;
  readonly object: JinjaNode;
  readonly property: { readonly value?: unknown };
}

/** A value that is known already, in the place of a piece of the template. */
interface KnownNode extends JinjaNode {
  readonly type: "KnownValue";
  readonly known: JinjaValue;
}

interface JinjaInterpreter {
  run(program: unknown): JinjaValue;
  evaluate(node: JinjaNode | undefined, environment: Environment): JinjaValue;
  evaluateBlock(nodes: unknown, environment: Environment): JinjaValue;
  evaluateFor(node: ForNode, environment: Environment): JinjaValue;
  evaluateBinaryExpression(node: BinaryNode, environment: Environment): JinjaValue;
  evaluateMemberExpression(node: MemberNode, environment: Environment): JinjaValue;
  applyFilter(operand: JinjaValue, filter: FilterNode, environment: Environment): JinjaValue;
}

// The package's declarations name their files without extensions, so that NodeNext does not find them.
const BaseInterpreter: new (environment: Environment) => JinjaInterpreter = Interpreter;

/**
 * Runs what chat templates use and the package does not know: loops over nothing, sums with nothing, the smallest and
 * largest of a list, `format`, `append` and `pop`, and lists and mappings as text, which Python writes in its own way.
 */
export class LenientInterpreter extends BaseInterpreter {
  override evaluate(node: JinjaNode | undefined, environment: Environment): JinjaValue {
    if (isKnown(node)) return node.known;
    const result = super.evaluate(node, environment);
    if (isStructure(result) && !Object.hasOwn(result, "toString")) result.toString = () => pythonText(result);
    return result;
  }

  override evaluateFor(node: ForNode, environment: Environment): JinjaValue {
    const { iterable } = node;
    const items = this.evaluate(iterable.type === "SelectExpression" ? iterable.lhs : iterable, environment);
    if (isNothing(items)) return this.evaluateBlock(node.defaultBlock, environment);
    const known = knownNode(withPlainRows(items));
    return super.evaluateFor(
      { ...node, iterable: iterable.type === "SelectExpression" ? { ...iterable, lhs: known } : known },
      environment,
    );
  }

  override evaluateBinaryExpression(node: BinaryNode, environment: Environment): JinjaValue {
    const sign = node.operator.value;
    if (sign !== "+" && sign !== "~") return super.evaluateBinaryExpression(node, environment);
    const left = this.evaluate(node.left, environment);
    const right = this.evaluate(node.right, environment);
    const known = (value: JinjaValue): JinjaNode => {
      if (sign === "~" && isStructure(value)) return knownNode(asValue(pythonText(value)));
      return knownNode(isNothing(value) ? asValue("") : value);
    };
    return super.evaluateBinaryExpression({ ...node, left: known(left), right: known(right) }, environment);
  }

  override evaluateMemberExpression(node: MemberNode, environment: Environment): JinjaValue {
    const name = node.computed ? undefined : node.property.value;
    if (name !== "format" && name !== "pop" && name !== "append")
      return super.evaluateMemberExpression(node, environment);
    const object = this.evaluate(node.object, environment);
    const known = super.evaluateMemberExpression({ ...node, object: knownNode(object) }, environment);
    if (!isNothing(known)) return known;
    const { value } = object;
    if (name === "format" && typeof value === "string") return asValue((...args: unknown[]) => formatted(value, args));
    if (!Array.isArray(value) || name === "format") return known;
    return functionOf((args) => {
      const result = name === "append" ? append(value, args) : pop(value, args);
      this.listChanged();
      return result;
    });
  }

  /** A list has other items now than when it was weighed. */
  protected listChanged(): void {}

  override applyFilter(operand: JinjaValue, filter: FilterNode, environment: Environment): JinjaValue {
    const { value } = operand;
    const name = filter.value ?? filter.callee?.value;
    if (isNothing(operand) && typeof name === "string" && TEXT_FILTERS.has(name)) return asValue("");
    if (name === "string" && value instanceof Map) return asValue(pythonText(operand));
    if (Array.isArray(value) && (name === "min" || name === "max")) return extreme(value, name === "min" ? -1 : 1);
    if (Array.isArray(value) && (name === "select" || name === "reject")) {
      const args = (filter.args ?? []).map((argument) => this.evaluate(argument, environment));
      return this.#filtered(operand, { isKept: name === "select", args, environment });
    }
    const isText = name === "trim" && isStructure(operand);
    return super.applyFilter(isText ? asValue(pythonText(operand)) : operand, filter, environment);
  }

  /** The items of a list that pass a test, or that don't. */
  #filtered(
    list: JinjaValue,
    { isKept, args, environment }: { isKept: boolean; args: JinjaValue[]; environment: Environment },
  ): JinjaValue {
    const [test, ...rest] = args;
    const name = String(test?.value ?? "");
    const known = (environment as unknown as JinjaEnvironment).tests.get(name);
    const passes = (item: JinjaValue): boolean => {
      if (name === "in") return contains(rest[0], item);
      if (known === undefined) throw new Error(`Unknown test: ${name}`);
      return known(item, ...rest);
    };
    const items = (list.value as JinjaValue[]).filter((item) => passes(item) === isKept);
    return Object.assign(Object.create(list), { value: items });
  }
}

/** Filters that make a text, also of nothing. */
const TEXT_FILTERS: ReadonlySet<string> = new Set(["trim", "lower", "upper", "capitalize", "title", "string", "join"]);

interface JinjaEnvironment {
  readonly tests: ReadonlyMap<string, (...values: JinjaValue[]) => boolean>;
}

function contains(within: JinjaValue | undefined, item: JinjaValue): boolean {
  const value = within?.value;
  if (Array.isArray(value)) return value.some((other: JinjaValue) => other.value === item.value);
  if (value instanceof Map) return value.has(item.value);
  return typeof value === "string" && value.includes(String(item.value));
}

function isKnown(node: JinjaNode | undefined): node is KnownNode {
  return node?.type === "KnownValue";
}

function knownNode(known: JinjaValue): KnownNode {
  return { type: "KnownValue", known };
}

function isStructure({ value }: JinjaValue): boolean {
  return Array.isArray(value) || value instanceof Map;
}

function isNothing({ type }: JinjaValue): boolean {
  return type === "UndefinedValue";
}

function asValue(value: unknown): JinjaValue {
  return new Environment().set("value", value) as JinjaValue;
}

/** A tuple in a list is taken apart like a list; the package knows lists only. */
function withPlainRows(items: JinjaValue): JinjaValue {
  if (!Array.isArray(items.value) || !items.value.some(isTuple)) return items;
  const rows = items.value.map((row: JinjaValue) =>
    isTuple(row) ? Object.create(row, { type: { value: "ArrayValue" } }) : row,
  );
  return Object.create(items, { value: { value: rows } });
}

function isTuple({ type }: JinjaValue): boolean {
  return type === "TupleValue";
}

/** The smallest or the largest of numbers or texts. */
function extreme(values: readonly JinjaValue[], sign: -1 | 1): JinjaValue {
  const [first, ...rest] = values;
  if (first === undefined) return asValue(undefined);
  return rest.reduce((found, value) => (sign * order(value.value, found.value) > 0 ? value : found), first);
}

function order(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left) < String(right) ? -1 : 1;
}

type JinjaFunction = (args: readonly JinjaValue[]) => JinjaValue;

function functionOf(value: JinjaFunction): JinjaValue {
  return Object.assign(
    asValue(() => null),
    { value },
  );
}

function append(items: JinjaValue[], [item]: readonly JinjaValue[]): JinjaValue {
  if (item !== undefined) items.push(item);
  return asValue(null);
}

/** Takes an item out of a list, the last one if none is named. */
function pop(items: JinjaValue[], [at]: readonly JinjaValue[]): JinjaValue {
  return items.splice(typeof at?.value === "number" ? at.value : -1, 1)[0] ?? asValue(undefined);
}

/** Python's `format`, as far as templates use it: `{}` and `{0}`. */
function formatted(pattern: string, args: readonly unknown[]): string {
  let next = 0;
  return pattern.replace(/\{(\d*)\}/g, (_, at: string) => String(args[at === "" ? next++ : Number(at)] ?? ""));
}

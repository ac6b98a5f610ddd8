import { Environment, parse, tokenize } from "@huggingface/jinja";
import { runnerError } from "../http/api-error.js";
import { type JinjaValue, JinjaWeights } from "./jinja-weights.js";
import { type JinjaNode, LenientInterpreter } from "./lenient-interpreter.js";

/** The longest conversations with many tools need some hundred thousand. */
const MOST_STEPS = 1_000_000;
/** What a step costs depends on what it does: the clock has the last word. */
const LONGEST_RUN_MS = 3_000;
const LONGEST_TEXT = 16 << 20;
/** All texts and lists that a template makes on its way, together: what it keeps of them fills the memory. */
const MOST_MADE = 16 * LONGEST_TEXT;
/** What a request brings is no work of the template: the limits are for what comes on top of it. */
const GIVEN_FACTOR = 4;
const LONGEST_RANGE = 100_000;

/**
 * A Jinja template that came with a model, and so from a stranger: it may take so many steps and no more, and can
 * neither stop the server nor eat its memory.
 */
export class BoundedJinja {
  readonly #program: ReturnType<typeof parse>;
  readonly #now: () => number;

  /**
   * @param now - the time in milliseconds, from whenever it is counted
   * @throws Error when the template can't be parsed
   */
  constructor(source: string, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  }

  /** @throws Error when the template can't be run, or takes too long; ApiError (400) when it refuses the conversation */
  render(variables: Record<string, unknown>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) environment.set(name, value);
    const interpreter = new BoundedInterpreter(environment, charactersIn(variables), this.#now);
    return String(interpreter.run(this.#program).value);
  }
}

/** What only looks up a value makes none. Texts that are joined share their parts. */
const MAKES_NOTHING = new Set([
  "KnownValue",
  "Identifier",
  "StringLiteral",
  "BinaryExpression",
  "Ternary",
  "If",
  "For",
  "Program",
]);

class BoundedInterpreter extends LenientInterpreter {
  readonly #weights = new JinjaWeights();
  readonly #given: number;
  readonly #now: () => number;
  readonly #deadline: number;
  #steps = 0;
  #made = 0;

  /** @param given - characters that the conversation has */
  constructor(environment: Environment, given: number, now: () => number) {
    super(environment);
    this.#given = given;
    this.#now = now;
    this.#deadline = now() + LONGEST_RUN_MS;
  }

  override evaluate(node: JinjaNode | undefined, environment: Environment): JinjaValue {
    this.#step();
    const result = super.evaluate(node, environment);
    this.#weigh(node?.type ?? "", result);
    return result;
  }

  // The body of a loop may be empty: then nothing is evaluated in it.
  override evaluateBlock(nodes: unknown, environment: Environment): JinjaValue {
    this.#step();
    return super.evaluateBlock(nodes, environment);
  }

  protected override listChanged(): void {
    this.#weights.forget();
  }

  #weigh(node: string, result: JinjaValue): void {
    const { value } = result;
    const isText = typeof value === "string";
    if (!isText && !Array.isArray(value) && !(value instanceof Map)) return;
    if (this.#weights.of(result) > LONGEST_TEXT + GIVEN_FACTOR * this.#given) {
      throw new Error(`the chat template makes too long a ${isText ? "text" : "list"}`);
    }
    if (isText && MAKES_NOTHING.has(node)) return;
    this.#made += isText ? value.length : Array.isArray(value) ? value.length : value.size;
    if (this.#made > MOST_MADE + GIVEN_FACTOR * this.#given)
      throw new Error("the chat template makes too much text and too many lists");
  }

  #step(): void {
    // A single step can take long with a long text: the clock is looked at before each.
    const isOver = ++this.#steps > MOST_STEPS || this.#now() > this.#deadline;
    if (isOver) throw new Error("the chat template takes too many steps");
  }
}

function charactersIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + charactersIn(inner), 0);
}

const GLOBALS: Record<string, unknown> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown): never => {
    throw runnerError(`Jinja Exception: ${message}`);
  },
  range,
};

function range(first: number, last?: number, step = 1): number[] {
  const [start, stop] = last === undefined ? [0, first] : [first, last];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= LONGEST_RANGE)) throw new Error(`range() of ${length} numbers is too long`);
  return Array.from({ length }, (_, index) => start + index * step);
}

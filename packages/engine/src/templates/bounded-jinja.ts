import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { formatDate } from "./format-date.js";

/** The longest conversations with many tools need some hundred thousand. */
const MOST_STEPS = 1_000_000;
/** What a step costs depends on what it does: the clock has the last word. */
const LONGEST_RUN_MS = 3_000;
const LONGEST_TEXT = 64 << 20;
const LONGEST_RANGE = 100_000;

/**
 * A Jinja template that came with a model, and so from a stranger: it may take so many steps and no more, and can
 * neither stop the server nor eat its memory.
 */
export class BoundedJinja {
  readonly #program: ReturnType<typeof parse>;

  /** @throws Error when the template can't be parsed */
  constructor(source: string) {
    this.#program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  }

  /** @throws Error when the template can't be run, or takes too long */
  render(variables: Record<string, unknown>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) environment.set(name, value);
    return String(new BoundedInterpreter(environment).run(this.#program).value);
  }
}

interface JinjaInterpreter {
  run(program: unknown): { value: unknown };
  evaluate(node: unknown, environment: unknown): { value: unknown };
  evaluateBlock(nodes: unknown, environment: unknown): { value: unknown };
}

// The package's declarations name their files without extensions, so that NodeNext does not find them.
const BaseInterpreter: new (environment: Environment) => JinjaInterpreter = Interpreter;

class BoundedInterpreter extends BaseInterpreter {
  readonly #deadline = performance.now() + LONGEST_RUN_MS;
  #steps = 0;

  override evaluate(node: unknown, environment: unknown): { value: unknown } {
    this.#step();
    const result = super.evaluate(node, environment);
    if (typeof result.value === "string" && result.value.length > LONGEST_TEXT) {
      throw new Error("the chat template makes too long a text");
    }
    return result;
  }

  // The body of a loop may be empty: then nothing is evaluated in it.
  override evaluateBlock(nodes: unknown, environment: unknown): { value: unknown } {
    this.#step();
    return super.evaluateBlock(nodes, environment);
  }

  #step(): void {
    const isOver = ++this.#steps > MOST_STEPS || (this.#steps % 256 === 0 && performance.now() > this.#deadline);
    if (isOver) throw new Error("the chat template takes too many steps");
  }
}

const GLOBALS: Record<string, unknown> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown): never => {
    throw new Error(String(message));
  },
  range,
  strftime_now: (pattern: unknown): string => formatDate(String(pattern), new Date()),
};

function range(first: number, last?: number, step = 1): number[] {
  const [start, stop] = last === undefined ? [0, first] : [first, last];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= LONGEST_RANGE)) throw new Error(`range() of ${length} numbers is too long`);
  return Array.from({ length }, (_, index) => start + index * step);
}

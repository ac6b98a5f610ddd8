import { type Expression, NOTHING, rule } from "../language/expression.js";

/** A grammar has more rules than a model server should be given. */
export class GrammarTooLargeError extends Error {
  override readonly name = "GrammarTooLargeError";
}

const MAX_RULES = 20_000;
const LONGEST_HINT = 40;

/** The rules of a grammar while it is written. A rule is built once, after it was first asked for. */
export class RuleBook {
  private readonly rules = new Map<string, Expression>();
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private readonly waiting: (() => void)[] = [];

  /**
   * A reference to the rule with this key. `hint` becomes its name, as far as it is free.
   *
   * @throws GrammarTooLargeError
   */
  ruleFor(key: string, hint: string, build: () => Expression): Expression {
    const known = this.names.get(key);
    if (known) return rule(known);
    const name = this.freeName(hint);
    if (this.rules.size >= MAX_RULES) throw new GrammarTooLargeError(`more than ${MAX_RULES} rules`);
    this.names.set(key, name);
    this.rules.set(name, NOTHING);
    // Built later, from a queue: a recursive or a long schema then needs no deep stack.
    this.waiting.push(() => this.rules.set(name, build()));
    return rule(name);
  }

  /** All rules, once those that wait are built. */
  finish(): ReadonlyMap<string, Expression> {
    for (let build = this.waiting.shift(); build; build = this.waiting.shift()) build();
    return this.rules;
  }

  private freeName(hint: string): string {
    // Names of the rules within say where they are: at a great depth that alone would fill the memory.
    const base =
      hint
        .slice(0, LONGEST_HINT)
        .match(/[A-Za-z0-9]+/g)
        ?.join("-") ?? "rule";
    if (!this.rules.has(base)) return base;
    let number = this.counts.get(base) ?? 2;
    while (this.rules.has(`${base}-${number}`)) number++;
    this.counts.set(base, number + 1);
    return `${base}-${number}`;
  }
}

import { UsageError } from "../errors/usage-error.js";
import { unmark } from "./prepare-words.js";

/** The words of a command line after parsing, read by name and kind. */
export class ParsedArguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The text of an option or word; of one that was given twice the last. */
  text(name: string): string | undefined {
    const value = this.#last(name);
    return value === undefined ? undefined : unmark(String(value));
  }

  /** The text of a word that the parser has made sure of. */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === "") throw new UsageError(`${name} is missing.`);
    return text;
  }

  /** @throws UsageError when the value is no number */
  number(name: string): number | undefined {
    const value = this.#last(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (String(value).trim() !== "" && Number.isFinite(number)) return number;
    throw new UsageError(`--${name} takes a number, not "${String(value)}".`);
  }

  /** A whole number of at least `least`. @throws UsageError */
  count(name: string, least = 1): number | undefined {
    const number = this.number(name);
    if (number === undefined || (Number.isInteger(number) && number >= least)) return number;
    throw new UsageError(`--${name} takes a whole number of at least ${least}, not ${number}.`);
  }

  flag(name: string): boolean {
    return this.#last(name) === true;
  }

  /** Every value of an option that may be repeated, or of the words that follow. */
  list(name: string): string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((item) => unmark(String(item)));
  }

  #last(name: string): unknown {
    const value = this.#values[name];
    return Array.isArray(value) ? value.at(-1) : value;
  }
}

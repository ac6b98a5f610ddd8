import type { CommandSpec, OptionSpec, PositionalSpec } from "./command-spec.js";
import type { ParsedCommandLine } from "./parse-command-line.js";
import { ParsedArguments } from "./parsed-arguments.js";

/**
 * Reads a command line about which nothing is to be said: its command comes first, every option is known and has its
 * value, and every word has its place. Gives nothing for any other, and for those that ask for help.
 */
export function readPlainCommandLine(
  argv: readonly string[],
  { command: first, globals }: { command: CommandSpec; globals: Readonly<Record<string, OptionSpec>> },
): ParsedCommandLine | undefined {
  const found = findCommand(argv, first);
  if (found === undefined) return undefined;
  const { command, path } = found;
  const read = readWords(argv.slice(path.length), { ...globals, ...command.options });
  const placed = read === undefined ? undefined : placeWords(read.words, command.positionals ?? []);
  if (placed === undefined) return undefined;
  return { kind: "run", command, path, args: new ParsedArguments({ ...read?.values, ...placed }) };
}

/** The command that the first words name, as far down as there are commands; the first of them is known. */
function findCommand(
  argv: readonly string[],
  first: CommandSpec,
): { command: CommandSpec; path: string[] } | undefined {
  const path = [first.name];
  let command = first;
  while (command.subcommands !== undefined) {
    const word = argv[path.length] ?? "";
    const next = command.subcommands.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
    if (next === undefined) return undefined;
    path.push(next.name);
    command = next;
  }
  return { command, path };
}

/** Parts options with their values from other words; nothing when a word is not plainly one or the other. */
function readWords(
  argv: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
): { values: Record<string, unknown[]>; words: string[] } | undefined {
  const values: Record<string, unknown[]> = {};
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") return { values, words: [...words, ...argv.slice(index + 1)] };
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    const [, written = "", assigned] = /^(--[^=]+|-[^-])(?:=(.*))?$/s.exec(word) ?? [];
    const [name, option] = optionOf(written, options) ?? [];
    if (name === undefined || option === undefined) return undefined;
    const value = option.type === "flag" ? assigned === undefined || undefined : (assigned ?? argv[++index]);
    if (value === undefined || !isPlainValue(value, option, assigned !== undefined)) return undefined;
    values[name] = value === true ? [true] : [...(values[name] ?? []), value];
  }
  return { values, words };
}

function optionOf(
  written: string,
  options: Readonly<Record<string, OptionSpec>>,
): readonly [name: string, option: OptionSpec] | undefined {
  return Object.entries(options).find(([name, { alias }]) => written === `--${name}` || written === `-${alias}`);
}

function isPlainValue(value: string | true, { choices }: OptionSpec, isAssigned: boolean): boolean {
  if (value === true) return true;
  if (choices !== undefined) return choices.includes(value);
  return value !== "" && (isAssigned || !value.startsWith("-"));
}

/** Gives each word its name; nothing when there are too few, too many, or one that is not among the choices. */
function placeWords(
  words: readonly string[],
  positionals: readonly PositionalSpec[],
): Record<string, string | string[]> | undefined {
  const left = [...words];
  const placed: Record<string, string | string[]> = {};
  for (const { name, isRequired, isMany, choices } of positionals) {
    const own = isMany ? left.splice(0) : left.splice(0, 1);
    if (own.length === 0 && isRequired) return undefined;
    if (own.some((word) => choices !== undefined && !choices.includes(word))) return undefined;
    const [first] = own;
    if (isMany) placed[name] = own;
    else if (first !== undefined) placed[name] = first;
  }
  return left.length === 0 ? placed : undefined;
}

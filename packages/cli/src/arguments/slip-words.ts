import type { CommandSpec } from "./command-spec.js";

/** Where a line that was not understood leads, and what of it is not known. */
export interface Slip {
  /** What yargs says. */
  message: string;
  /** The command as far as the words name one. */
  command: CommandSpec | undefined;
  path: readonly string[];
  /** The words after the command. */
  rest: readonly string[];
  /** Options and words that are not known, without dashes. */
  unknown: readonly string[];
  /** What was read, by the names of options and positionals. */
  values: Readonly<Record<string, unknown>>;
}

/** What is wrong with a command line in the words that were typed, in place of the parser's. */
export function slipInWords({ message, command, path, rest, unknown, values }: Slip): string {
  const line = ["codo", ...path].join(" ");
  const lonely = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (lonely !== undefined) return `${dashed(lonely)} needs a value.`;
  if (message.startsWith("Invalid values:")) return choiceInWords(message, command);
  if (/^Not enough non-option arguments/.test(message)) {
    const needed = (command?.positionals ?? []).filter(
      ({ name, isRequired }) => isRequired && values[name] === undefined,
    );
    return `\`${line}\` needs ${needed.map(({ name }) => `<${name}>`).join(" and ")}.`;
  }
  if (unknown.length === 0) return message;
  const [first] = rest;
  const isGroup = command === undefined || command.subcommands !== undefined;
  if (isGroup && first !== undefined && unknown.includes(first)) return `\`${line}\` has no command "${first}".`;
  const options = unknown.filter((name) => !rest.includes(name)).map(dashed);
  const words = unknown.filter((name) => rest.includes(name)).map((word) => `"${word}"`);
  return [
    ...(options.length === 0 ? [] : [`\`${line}\` has no option ${options.join(", ")}.`]),
    ...(words.length === 0 ? [] : [`\`${line}\` takes no ${words.join(", ")}.`]),
  ].join(" ");
}

function choiceInWords(message: string, command?: CommandSpec): string {
  const [head = "", given = "", choices = ""] = message.split(/, (?:Given|Choices): /);
  const name = head.split("Argument: ").at(-1) ?? "";
  const isWord = (command?.positionals ?? []).some((positional) => positional.name === name);
  return `${isWord ? `<${name}>` : dashed(name)} cannot be ${given}; it can be ${choices.replaceAll('"', "")}.`;
}

function dashed(name: string): string {
  return `${name.length === 1 ? "-" : "--"}${name}`;
}

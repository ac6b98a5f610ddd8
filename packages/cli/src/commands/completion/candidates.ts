import type { CommandSpec, CompletionSource, OptionSpec } from "../../arguments/command-spec.js";

/** Something that a word may become. */
export interface Candidate {
  text: string;
  describe: string;
}

/** What the last of the words may become: candidates, or what to look for. */
export type Completion = { source: CompletionSource } | { candidates: Candidate[] };

type Options = Readonly<Record<string, OptionSpec>>;

/** Looks through the commands for what completes the last word. */
export function completeWords(
  words: readonly string[],
  commands: readonly CommandSpec[],
  globals: Options,
): Completion {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const { command, places } = follow(before, commands, globals);
  const options = { ...command?.options, ...globals };
  const inline = /^--([^=]+)=/.exec(current);
  if (inline !== null) return prefixed(valuesOf(options[inline[1] ?? ""]), inline[0]);
  const pending = optionOf(before.at(-1), options);
  if (pending !== undefined && takesValue(pending)) return valuesOf(pending);
  if (current.startsWith("-")) {
    const names = Object.entries(options).map(([name, { describe }]) => ({ text: `--${name}`, describe }));
    return { candidates: [...names, { text: "--help", describe: "Show help" }] };
  }
  const children = command === undefined ? commands : command.subcommands;
  if (children !== undefined) {
    return { candidates: children.map(({ name, summary }) => ({ text: name, describe: summary })) };
  }
  const positionals = command?.positionals ?? [];
  return valuesOf(positionals[Math.min(places, positionals.length - 1)]);
}

function follow(
  words: readonly string[],
  commands: readonly CommandSpec[],
  globals: Options,
): { command?: CommandSpec; places: number } {
  let level: readonly CommandSpec[] | undefined = commands;
  let command: CommandSpec | undefined;
  let places = 0;
  for (const [index, word] of words.entries()) {
    const taker = optionOf(words[index - 1], { ...command?.options, ...globals });
    if (word.startsWith("-") || (taker !== undefined && takesValue(taker))) continue;
    const found: CommandSpec | undefined = level?.find(({ name, aliases = [] }) => [name, ...aliases].includes(word));
    if (found === undefined) {
      places++;
      continue;
    }
    command = found;
    level = found.subcommands;
  }
  return command === undefined ? { places } : { command, places };
}

function takesValue({ type, implied }: OptionSpec): boolean {
  return type !== "flag" && implied === undefined;
}

function optionOf(word: string | undefined, options: Options): OptionSpec | undefined {
  const long = /^--([^=]+)$/.exec(word ?? "")?.[1];
  if (long !== undefined) return options[long];
  const short = /^-(\w)$/.exec(word ?? "")?.[1];
  return short === undefined ? undefined : Object.values(options).find(({ alias }) => alias === short);
}

function valuesOf(spec: { choices?: readonly string[]; completes?: CompletionSource } | undefined): Completion {
  if (spec?.completes !== undefined) return { source: spec.completes };
  return { candidates: (spec?.choices ?? []).map((text) => ({ text, describe: "" })) };
}

function prefixed(completion: Completion, prefix: string): Completion {
  if ("source" in completion) return completion;
  return { candidates: completion.candidates.map(({ text, describe }) => ({ text: prefix + text, describe })) };
}

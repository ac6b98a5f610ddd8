import { didYouMean } from "@codo/ollama-config";
import type { CommandSpec, OptionSpec } from "./command-spec.js";

/** What was not understood, and what there is. */
export interface Misunderstood {
  /** The words that are no options, as far as they were read: commands first. */
  words: readonly string[];
  /** Options and words that are not known, without dashes. */
  unknown: readonly string[];
  commands: readonly CommandSpec[];
  globals: Readonly<Record<string, OptionSpec>>;
}

/** What to try in place of a command line that was not understood: the nearest command or option, else the help. */
export function suggest({ words, unknown, commands, globals }: Misunderstood): string {
  const { path, level, options, next } = follow(words, commands);
  const command = next === undefined ? undefined : didYouMean(next, level.flatMap(namesOf));
  if (command !== undefined) return `Did you mean \`${["codo", ...path, command].join(" ")}\`?`;
  const known = [...Object.keys(globals), ...options, "help", "version"];
  for (const name of unknown) {
    const nearest = words.includes(name) ? undefined : didYouMean(name, known);
    if (nearest !== undefined) return `Did you mean --${nearest}?`;
  }
  return `\`${["codo", ...path, "--help"].join(" ")}\` shows how it is used.`;
}

/** Goes along the commands as far as the words name any; what may follow, and the word that does. */
function follow(
  words: readonly string[],
  commands: readonly CommandSpec[],
): { path: string[]; level: readonly CommandSpec[]; options: string[]; next?: string } {
  const path: string[] = [];
  let level = commands;
  let options: string[] = [];
  for (const word of words) {
    const found = level.find((command) => namesOf(command).includes(word));
    if (found === undefined) return { path, level, options, next: word };
    path.push(found.name);
    level = found.subcommands ?? [];
    options = Object.keys(found.options ?? {});
  }
  return { path, level, options };
}

function namesOf({ name, aliases = [] }: CommandSpec): string[] {
  return [name, ...aliases];
}

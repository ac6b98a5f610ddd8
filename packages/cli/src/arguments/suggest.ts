import { didYouMean } from "@codo/ollama-config";
import type { CommandSpec, OptionSpec } from "./command-spec.js";

/** What to try in place of a command line that was not understood: the nearest command or option, else the help. */
export function suggest(
  argv: readonly string[],
  commands: readonly CommandSpec[],
  globals: Readonly<Record<string, OptionSpec>>,
): string {
  const { path, known, unknown } = follow(argv, commands);
  const help = `\`${["codo", ...path, "--help"].join(" ")}\` shows how it is used.`;
  const nearestCommand = unknown === undefined ? undefined : didYouMean(unknown, known.flatMap(namesOf));
  if (nearestCommand !== undefined) return `Did you mean \`${["codo", ...path, nearestCommand].join(" ")}\`?`;
  const options = [...Object.keys(globals), ...optionsOf(path, commands), "help", "version"];
  for (const word of argv) {
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name === undefined || options.includes(name)) continue;
    const nearest = didYouMean(name, options);
    if (nearest !== undefined) return `Did you mean --${nearest}?`;
  }
  return help;
}

/** Goes along the commands as far as the words name any. */
function follow(
  argv: readonly string[],
  commands: readonly CommandSpec[],
): { path: string[]; known: readonly CommandSpec[]; unknown?: string } {
  const path: string[] = [];
  let known = commands;
  for (const word of argv.filter((candidate) => !candidate.startsWith("-"))) {
    const found = known.find((command) => namesOf(command).includes(word));
    if (found === undefined) return known.length === 0 ? { path, known } : { path, known, unknown: word };
    path.push(found.name);
    known = found.subcommands ?? [];
  }
  return { path, known };
}

function optionsOf(path: readonly string[], commands: readonly CommandSpec[]): string[] {
  let level: readonly CommandSpec[] | undefined = commands;
  let found: CommandSpec | undefined;
  for (const name of path) {
    found = level?.find((command) => command.name === name);
    level = found?.subcommands;
  }
  return Object.keys(found?.options ?? {});
}

function namesOf({ name, aliases = [] }: CommandSpec): string[] {
  return [name, ...aliases];
}

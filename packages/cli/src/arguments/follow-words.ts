import type { CommandSpec } from "./command-spec.js";

/** Where the words of a command line lead. */
export interface Followed {
  /** The last command that they name. */
  command?: CommandSpec;
  path: string[];
  /** What may follow it. */
  level: readonly CommandSpec[];
  options: string[];
  /** The first word that names no command, and all after it. */
  rest: string[];
}

/** Goes along the commands as far as the words name any. */
export function follow(words: readonly string[], commands: readonly CommandSpec[]): Followed {
  const path: string[] = [];
  let level = commands;
  let command: CommandSpec | undefined;
  for (const word of words) {
    const found = level.find((known) => namesOf(known).includes(word));
    if (found === undefined) break;
    path.push(found.name);
    command = found;
    level = found.subcommands ?? [];
  }
  return {
    ...(command === undefined ? {} : { command }),
    path,
    level,
    options: Object.keys(command?.options ?? {}),
    rest: words.slice(path.length),
  };
}

/** How a command is called, also in short. */
export function namesOf({ name, aliases = [] }: CommandSpec): string[] {
  return [name, ...aliases];
}

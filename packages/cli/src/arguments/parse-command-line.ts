import type { CommandSource, CommandSpec, OptionSpec } from "./command-spec.js";
import type { ParsedArguments } from "./parsed-arguments.js";
import { readPlainCommandLine } from "./plain-command-line.js";

/** What a command line asks for: a command to run, or help to show. */
export type ParsedCommandLine =
  | { kind: "run"; command: CommandSpec; path: readonly string[]; args: ParsedArguments }
  | { kind: "help"; text: string };

/** How a command line is parsed. */
export interface ParseOptions {
  commands: CommandSource;
  globals: Readonly<Record<string, OptionSpec>>;
  /** Columns of the help. */
  columns: number;
}

/**
 * Parses a command line. Most are plain; only one that asks for help or has something wrong about it loads yargs,
 * whose start costs as much as that of Node.
 * @throws UsageError with the nearest name for a misspelt one
 */
export async function parseCommandLine(
  argv: readonly string[],
  { commands, globals, columns }: ParseOptions,
): Promise<ParsedCommandLine> {
  const named = await commands.find(argv[0] ?? "");
  if (named !== undefined) {
    const plain = readPlainCommandLine(withImpliedValues(argv, [named]), { command: named, globals });
    if (plain !== undefined) return plain;
  }
  const all = await commands.all();
  const { explainCommandLine } = await import("./explain-command-line.js");
  return await explainCommandLine(withImpliedValues(argv, all), { commands: all, globals, columns });
}

// `--think` may stand alone or have a level after it; the word after it may also be the prompt.
function withImpliedValues(argv: readonly string[], commands: readonly CommandSpec[]): string[] {
  const implied = new Map<string, OptionSpec>(
    commands.flatMap(({ options = {} }) =>
      Object.entries(options).map(([name, option]) => [`--${name}`, option] as const),
    ),
  );
  return argv.map((word, index) => {
    const option = argv.slice(0, index).includes("--") ? undefined : implied.get(word);
    if (option?.implied === undefined || option.choices?.includes(argv[index + 1] ?? "")) return word;
    return `${word}=${option.implied}`;
  });
}

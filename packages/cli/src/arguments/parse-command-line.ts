import yargs, { type Argv, type Options, type PositionalOptions } from "yargs";
import { UsageError } from "../errors/usage-error.js";
import type { CommandSpec, OptionSpec, PositionalSpec } from "./command-spec.js";
import { ParsedArguments } from "./parsed-arguments.js";
import { suggest } from "./suggest.js";

/** What a command line asks for: a command to run, or help to show. */
export type ParsedCommandLine =
  | { kind: "run"; command: CommandSpec; path: readonly string[]; args: ParsedArguments }
  | { kind: "help"; text: string };

/** How a command line is parsed. */
export interface ParseOptions {
  commands: readonly CommandSpec[];
  globals: Readonly<Record<string, OptionSpec>>;
  /** Columns of the help. */
  columns: number;
}

const MOST_COLUMNS = 120;
const GLOBAL_GROUP = "Everywhere:";

/** Parses a command line. @throws UsageError with the nearest name for a misspelt one */
export async function parseCommandLine(
  argv: readonly string[],
  { commands, globals, columns }: ParseOptions,
): Promise<ParsedCommandLine> {
  let chosen: { command: CommandSpec; path: readonly string[]; values: Record<string, unknown> } | undefined;
  const choose: OnChosen = (command, path, values) => {
    chosen = { command, path, values };
  };
  const parser = yargs([])
    .scriptName("codo")
    .usage("$0 <command>\n\nLocal language models at the prompt.")
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "duplicate-arguments-array": true,
    })
    .locale("en")
    .wrap(Math.min(columns, MOST_COLUMNS))
    .version(false)
    .help("help", "Show help")
    .alias("help", "h")
    .option("version", { type: "boolean", describe: "Show the version" })
    .exitProcess(false)
    .showHelpOnFail(false)
    .strict();
  addOptions(parser, globals, GLOBAL_GROUP);
  parser.group(["help", "version"], GLOBAL_GROUP);
  for (const command of commands) addCommand(parser, command, [], choose);
  const help = await new Promise<string>((resolve, reject) => {
    parser.fail((message, error?: Error) => {
      // What yargs itself finds wrong comes with an error at times; any other error is none of the user's.
      const isSlip = error === undefined || error.name === "YError";
      reject(isSlip ? usageError(message || String(error?.message), argv, commands, globals) : error);
    });
    void Promise.resolve(
      parser.parse(withImpliedValues(argv, commands), {}, (_error: unknown, _args: unknown, output: string) =>
        resolve(output),
      ),
    ).catch(reject);
  });
  if (chosen === undefined) return { kind: "help", text: help.replace(/ *\[array\] \[default: \[\]\]$/gm, "") };
  const { command, path, values } = chosen;
  return { kind: "run", command, path, args: new ParsedArguments(values) };
}

type OnChosen = (command: CommandSpec, path: readonly string[], values: Record<string, unknown>) => void;

function addCommand(parser: Argv, command: CommandSpec, parents: readonly string[], choose: OnChosen): void {
  const path = [...parents, command.name];
  parser.command(
    [commandPattern(command), ...(command.aliases ?? [])],
    command.summary,
    (inner) => {
      describe(inner, command, path);
      for (const positional of command.positionals ?? []) inner.positional(positional.name, toPositional(positional));
      addOptions(inner, command.options ?? {}, "Options:");
      for (const subcommand of command.subcommands ?? []) addCommand(inner, subcommand, path, choose);
      if (command.subcommands !== undefined) {
        const names = command.subcommands.map(({ name }) => name).join(", ");
        inner.demandCommand(1, `Say what to do: codo ${path.join(" ")} … (${names}).`);
      }
      return inner;
    },
    (values) => {
      if (command.subcommands === undefined) choose(command, path, values as Record<string, unknown>);
    },
  );
}

function describe(parser: Argv, command: CommandSpec, path: readonly string[]): void {
  const words = commandPattern(command).split(" ").slice(1);
  const pattern = ["$0", ...path, ...words, ...(command.subcommands === undefined ? [] : ["<command>"])].join(" ");
  parser.usage([pattern, command.summary, ...(command.details === undefined ? [] : [command.details])].join("\n\n"));
  for (const [commandLine, does] of command.examples ?? []) parser.example(commandLine, does);
}

function commandPattern({ name, positionals = [] }: CommandSpec): string {
  const words = positionals.map(({ name: word, isRequired, isMany }) => {
    const inside = `${word}${isMany ? ".." : ""}`;
    return isRequired ? `<${inside}>` : `[${inside}]`;
  });
  return [name, ...words].join(" ");
}

function addOptions(parser: Argv, options: Readonly<Record<string, OptionSpec>>, group: string): void {
  for (const [name, option] of Object.entries(options)) parser.option(name, toOption(option, group));
}

function toOption({ type, describe, alias, choices, placeholder }: OptionSpec, group: string): Options {
  const isFlag = type === "flag";
  return {
    type: isFlag ? "boolean" : "string",
    describe: placeholder === undefined ? describe : `${placeholder}: ${describe}`,
    group,
    ...(isFlag ? {} : { requiresArg: true }),
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function toPositional({ describe, choices, isMany }: PositionalSpec): PositionalOptions {
  return {
    type: "string",
    describe,
    ...(choices === undefined ? {} : { choices }),
    ...(isMany ? { array: true } : {}),
  };
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

function usageError(
  message: string,
  argv: readonly string[],
  commands: readonly CommandSpec[],
  globals: Readonly<Record<string, OptionSpec>>,
): UsageError {
  const [first = "", ...more] = message.split("\n").filter((line) => line.trim() !== "");
  const lonely = /^Not enough arguments following: (.+)$/.exec(first)?.[1];
  const told = lonely === undefined ? first : `${lonely.length === 1 ? "-" : "--"}${lonely} needs a value.`;
  return new UsageError([told, ...more].join(" "), suggest(argv, commands, globals));
}

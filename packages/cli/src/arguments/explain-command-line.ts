import yargs, { type Argv, type Options, type PositionalOptions } from "yargs";
import { UsageError } from "../errors/usage-error.js";
import type { CommandSpec, OptionSpec, PositionalSpec } from "./command-spec.js";
import type { ParsedCommandLine } from "./parse-command-line.js";
import { ParsedArguments } from "./parsed-arguments.js";
import { suggest } from "./suggest.js";

const MOST_COLUMNS = 120;
const GLOBAL_GROUP = "Everywhere:";

/** How a command line is explained. */
export interface ExplainOptions {
  commands: readonly CommandSpec[];
  globals: Readonly<Record<string, OptionSpec>>;
  /** Columns of the help. */
  columns: number;
}

/** Parses any command line with all of yargs, which knows how to show help and to say what is wrong. */
export async function explainCommandLine(
  argv: readonly string[],
  { commands, globals, columns }: ExplainOptions,
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
      parser.parse([...argv], {}, (_error: unknown, _args: unknown, output: string) => resolve(output)),
    ).catch(reject);
  });
  if (chosen === undefined) return { kind: "help", text: withoutEmptyDefaults(help) };
  const { command, path, values } = chosen;
  return { kind: "run", command, path, args: new ParsedArguments(values) };
}

/** Every list option is empty by default: saying so helps nobody. */
function withoutEmptyDefaults(help: string): string {
  const suffix = "[array] [default: []]";
  return help
    .split("\n")
    .map((line) => (line.endsWith(suffix) ? line.slice(0, -suffix.length).trimEnd() : line))
    .join("\n");
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

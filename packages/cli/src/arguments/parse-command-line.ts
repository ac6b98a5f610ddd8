import yargs, { type Argv } from "yargs";
import { VERSION } from "../context/version.js";
import { UsageError } from "../errors/usage-error.js";
import type { CommandSpec, OptionSpec } from "./command-spec.js";
import { ChosenCommand, declareCommand, declareOptions } from "./declare-command.js";
import { follow } from "./follow-words.js";
import { ParsedArguments } from "./parsed-arguments.js";
import { prepareWords, unmark } from "./prepare-words.js";

declare module "yargs" {
  interface Argv {
    /** What the types of yargs leave out. */
    usageConfiguration(settings: { "hide-types": boolean }): this;
  }
}

const MOST_COLUMNS = 120;
const GLOBAL_HEADING = "Everywhere:";

/** What a command line asks for: a command to run, or a text such as help to show; or what is wrong with it. */
export type ParsedCommandLine =
  | { kind: "run"; command: CommandSpec; path: readonly string[]; args: ParsedArguments }
  | { kind: "show"; text: string }
  | { kind: "invalid"; error: UsageError; args: ParsedArguments };

/** How a command line is parsed. */
export interface ParseOptions {
  commands: readonly CommandSpec[];
  globals: Readonly<Record<string, OptionSpec>>;
  /** Columns of the help. */
  columns: number;
}

/** Parses a command line with yargs, which also makes the help and finds what is wrong. */
export async function parseCommandLine(
  argv: readonly string[],
  { commands, globals, columns }: ParseOptions,
): Promise<ParsedCommandLine> {
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
    .updateStrings({ "Positionals:": "Arguments:" })
    // A placeholder says what a value is; yargs would call every one a string.
    .usageConfiguration({ "hide-types": true })
    .wrap(Math.min(columns, MOST_COLUMNS))
    .help("help", "Show help")
    .alias("help", "h")
    .version("version", "Show the version", `codo ${VERSION}`)
    .alias("version", "V")
    .exitProcess(false)
    .showHelpOnFail(false)
    .strict();
  declareOptions(parser, globals, GLOBAL_HEADING);
  parser.group(["help", "version"], GLOBAL_HEADING);
  const named = commands.find(({ name, aliases = [] }) => [name, ...aliases].includes(argv[0] ?? ""));
  // A line that begins with its command needs none of the others.
  const declared = named === undefined ? commands : [named];
  for (const command of declared) declareCommand(parser, command);
  const outcome = await parseWith(parser, prepareWords(argv, declared));
  if (outcome instanceof ChosenCommand) {
    const { command, path, values } = outcome;
    return { kind: "run", command, path, args: new ParsedArguments(values) };
  }
  if ("slip" in outcome) return await explain(outcome.slip, valuesOf(parser), { commands, globals });
  const unknown = unknownCommand(valuesOf(parser), commands);
  if (unknown !== undefined) return await explain(unknown, valuesOf(parser), { commands, globals });
  return { kind: "show", text: outcome.text };
}

/** Lets yargs parse; gives the command, what it prints, or what it finds wrong. */
function parseWith(
  parser: Argv,
  words: readonly string[],
): Promise<ChosenCommand | { text: string } | { slip: string }> {
  return new Promise((resolve, reject) => {
    const onThrown = (error: unknown) => (error instanceof ChosenCommand ? resolve(error) : reject(error));
    parser.fail((message, error?: Error) => {
      // What yargs itself finds wrong comes with an error at times; any other error is none of the user's.
      const isSlip = error === undefined || error.name === "YError";
      if (isSlip) resolve({ slip: unmark(message || String(error?.message)) });
      else onThrown(error);
    });
    try {
      const onParsed = (_error: unknown, _args: unknown, text: string) => resolve({ text });
      void Promise.resolve(parser.parse([...words], {}, onParsed)).catch(onThrown);
    } catch (error) {
      onThrown(error);
    }
  });
}

/** What yargs read before it found something wrong. */
function valuesOf({ parsed }: Argv): Record<string, unknown> {
  return parsed === false ? {} : (parsed as { argv: Record<string, unknown> }).argv;
}

/** What a line that asks for help has in place of a command, in yargs's words: there it does not look. */
function unknownCommand(values: Record<string, unknown>, commands: readonly CommandSpec[]): string | undefined {
  const words = wordsOf(values);
  if (values.help !== true || words.length === 0) return undefined;
  const { command, rest } = follow(words, commands);
  const isGroup = command === undefined || command.subcommands !== undefined;
  return isGroup && rest.length > 0 ? `Unknown argument: ${rest[0]}` : undefined;
}

function wordsOf(values: Record<string, unknown>): string[] {
  return (Array.isArray(values._) ? values._ : []).map((word) => unmark(String(word)));
}

async function explain(
  slip: string,
  values: Record<string, unknown>,
  { commands, globals }: Pick<ParseOptions, "commands" | "globals">,
): Promise<ParsedCommandLine> {
  const [{ suggest }, { slipInWords }] = await Promise.all([import("./suggest.js"), import("./slip-words.js")]);
  const [first = "", ...more] = slip.split("\n").filter((line) => line.trim() !== "");
  const unknown = /^Unknown arguments?: (.*)$/.exec(first)?.[1]?.split(", ") ?? [];
  const words = wordsOf(values);
  const { command, path, rest } = follow(words, commands);
  const message = slipInWords({ message: [first, ...more].join(" "), command, path, rest, unknown, values });
  const hint = suggest({ words, unknown, commands, globals });
  return {
    kind: "invalid",
    error: new UsageError(message, hint),
    args: new ParsedArguments(values),
  };
}

import type { CliContext } from "../context/cli-context.js";
import type { ExitStatus } from "../errors/exit-status.js";
import type { ParsedArguments } from "./parsed-arguments.js";

/** What a shell may complete a value with. */
export type CompletionSource = "models" | "files" | "folders" | "presets" | "settings" | "templates";

/** An option of a command: parsing, help and completion are all made from it. */
export interface OptionSpec {
  type: "text" | "number" | "flag" | "list";
  describe: string;
  alias?: string;
  /** Whether it takes all words that follow. */
  isMany?: boolean;
  choices?: readonly string[];
  /** The value when none of the choices follows: `--think` is `--think true`. */
  implied?: string;
  /** How the value is called, such as `FILE`. */
  placeholder?: string;
  completes?: CompletionSource;
}

/** A word of a command whose meaning is its place. */
export interface PositionalSpec {
  name: string;
  describe: string;
  isRequired?: boolean;
  /** Whether it takes all words that follow. */
  isMany?: boolean;
  choices?: readonly string[];
  completes?: CompletionSource;
}

/** A command, or a group of commands. What it does is loaded when it is called. */
export interface CommandSpec {
  name: string;
  aliases?: readonly string[];
  summary: string;
  /** More for `--help`, below the summary. */
  details?: string;
  positionals?: readonly PositionalSpec[];
  options?: Readonly<Record<string, OptionSpec>>;
  /** Command lines that can be run, with what they do. */
  examples?: readonly (readonly [commandLine: string, does: string])[];
  subcommands?: readonly CommandSpec[];
  load?: () => Promise<CommandModule>;
}

/** What a command's module has to offer. */
export interface CommandModule {
  /** Gives the exit status; nothing means 0. */
  run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined>;
}

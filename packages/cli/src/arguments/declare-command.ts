import type { Argv, Options, PositionalOptions } from "yargs";
import type { CommandSpec, OptionSpec, PositionalSpec } from "./command-spec.js";

/**
 * The command that a command line names. It is thrown out of the parser: after a handler that returns, yargs makes the
 * whole help, in case somebody asks for it.
 */
export class ChosenCommand {
  readonly command: CommandSpec;
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;

  constructor(command: CommandSpec, path: readonly string[], values: Readonly<Record<string, unknown>>) {
    this.command = command;
    this.path = path;
    this.values = values;
  }
}

/** Declares a command, with its subcommands, to yargs. A line that names it and is valid throws {@link ChosenCommand}. */
export function declareCommand(parser: Argv, command: CommandSpec, parents: readonly string[] = []): void {
  const path = [...parents, command.name];
  parser.command(
    [patternOf(command), ...(command.aliases ?? [])],
    command.summary,
    (inner) => {
      describe(inner, command, path);
      for (const positional of command.positionals ?? []) inner.positional(positional.name, toPositional(positional));
      declareOptions(inner, command.options ?? {}, "Options:");
      for (const subcommand of command.subcommands ?? []) declareCommand(inner, subcommand, path);
      if (command.subcommands !== undefined) {
        const names = command.subcommands.map(({ name }) => name).join(", ");
        inner.demandCommand(1, `Say what to do: \`codo ${path.join(" ")} …\` (${names}).`);
      }
      return inner;
    },
    (values) => {
      if (command.subcommands === undefined) throw new ChosenCommand(command, path, values);
    },
  );
}

/** Declares options, under a heading of the help. */
export function declareOptions(parser: Argv, options: Readonly<Record<string, OptionSpec>>, heading: string): void {
  for (const [name, option] of Object.entries(options)) parser.option(name, toOption(option, heading));
}

function describe(parser: Argv, command: CommandSpec, path: readonly string[]): void {
  const words = patternOf(command).split(" ").slice(1);
  const pattern = ["$0", ...path, ...words, ...(command.subcommands === undefined ? [] : ["<command>"])].join(" ");
  parser.usage([pattern, command.summary, ...(command.details === undefined ? [] : [command.details])].join("\n\n"));
  // In one column: a command line that is broken in two cannot be copied.
  for (const [commandLine, does] of command.examples ?? []) parser.example(`# ${does}\n  ${commandLine}`, "");
}

function patternOf({ name, positionals = [] }: CommandSpec): string {
  const words = positionals.map(({ name: word, isRequired, isMany }) => {
    const inside = `${word}${isMany ? ".." : ""}`;
    return isRequired ? `<${inside}>` : `[${inside}]`;
  });
  return [name, ...words].join(" ");
}

function toOption({ type, describe, alias, choices, placeholder, isMany }: OptionSpec, group: string): Options {
  const isFlag = type === "flag";
  return {
    type: isFlag ? "boolean" : "string",
    describe: withValue(placeholder, choices, describe),
    group,
    ...(isFlag ? {} : { requiresArg: true }),
    ...(isMany ? { array: true } : {}),
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function toPositional({ describe, choices, isMany }: PositionalSpec): PositionalOptions {
  return {
    type: "string",
    describe: withValue(undefined, choices, describe),
    ...(choices === undefined ? {} : { choices }),
    ...(isMany ? { array: true } : {}),
  };
}

function withValue(placeholder: string | undefined, choices: readonly string[] | undefined, describe: string): string {
  const value = placeholder ?? choices?.join("|");
  return value === undefined ? describe : `${value}: ${describe}`;
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMAND_SOURCE } from "../commands/command-source.js";
import { GLOBAL_OPTIONS } from "../context/global-options.js";
import type { CommandSpec } from "./command-spec.js";
import { explainCommandLine } from "./explain-command-line.js";
import type { ParsedCommandLine } from "./parse-command-line.js";
import { readPlainCommandLine } from "./plain-command-line.js";

const COMMANDS = await COMMAND_SOURCE.all();

const OPTIONS = { commands: COMMANDS, globals: GLOBAL_OPTIONS, columns: 80 };

function readPlain(argv: readonly string[]): ParsedCommandLine | undefined {
  const command = COMMANDS.find(({ name }) => name === argv[0]);
  return command === undefined ? undefined : readPlainCommandLine(argv, { command, globals: GLOBAL_OPTIONS });
}

function leaves(commands: readonly CommandSpec[], parents: readonly string[] = []): [string[], CommandSpec][] {
  return commands.flatMap((command): [string[], CommandSpec][] => {
    const path = [...parents, command.name];
    return command.subcommands === undefined ? [[path, command]] : leaves(command.subcommands, path);
  });
}

const LEAVES = leaves(COMMANDS);
const ODD_WORDS = ["", "-", "--", "-1", "0x10", "1e3", "a=b", "--nope", "-z", "--json=false", "-qq", "--no-quiet", "ü"];

/** What a command reads from its arguments: every option and word by its name. */
function valuesOf(parsed: ParsedCommandLine): unknown {
  if (parsed.kind === "help") return "help";
  const { command, path, args } = parsed;
  const names = [...Object.keys(GLOBAL_OPTIONS), ...Object.keys(command.options ?? {})];
  const words = (command.positionals ?? []).map(({ name }) => name);
  return {
    path,
    values: [...names, ...words].map((name) => [name, args.list(name), args.text(name), args.flag(name)]),
  };
}

/** Words that could follow a command: its options with values, plain words and odd ones. */
function wordsFor(command: CommandSpec): fc.Arbitrary<string[]> {
  const options = Object.entries({ ...GLOBAL_OPTIONS, ...command.options }).flatMap(
    ([name, { alias, choices, type }]) =>
      [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])].flatMap((written) => {
        const values = [...(choices ?? []), "7", "a b"];
        return type === "flag" ? [[written]] : values.flatMap((value) => [[written, value], [`${written}=${value}`]]);
      }),
  );
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...options) },
    { weight: 4, arbitrary: fc.constantFrom("codo-tiny", "x", "12").map((word) => [word]) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_WORDS).map((word) => [word]) },
  );
  return fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.flat());
}

describe("a plain command line", () => {
  it("is read as yargs reads it", async () => {
    let plainLines = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LEAVES).chain(([path, command]) => wordsFor(command).map((words) => [...path, ...words])),
        async (argv) => {
          const plain = readPlain(argv);
          if (plain === undefined) return;
          // yargs loses words that begin with a dash, such as those after `--`.
          if (argv.includes("-") || argv.includes("--")) return;
          plainLines += 1;
          expect(valuesOf(plain)).toEqual(valuesOf(await explainCommandLine(argv, OPTIONS)));
        },
      ),
      { numRuns: 600 },
    );
    expect(plainLines).toBeGreaterThan(100);
  });

  it("keeps words that begin with a dash", () => {
    const parsed = readPlain(["embed", "--json", "--", "-", "--help"]);
    expect(parsed?.kind === "run" && parsed.args.list("text")).toEqual(["-", "--help"]);
  });

  it.each([
    ["asks for help", ["run", "--help"]],
    ["names a group", ["models"]],
    ["has an unknown option", ["run", "--nope"]],
    ["has an option without its value", ["run", "--model"]],
    ["has a value that is no choice", ["run", "--think", "loud"]],
    ["has a word too many", ["models", "ps", "x"]],
    ["has a word too few", ["models", "show"]],
  ])("is not one that %s", (_what, argv) => {
    expect(readPlain(argv)).toBeUndefined();
  });
});

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { CommandSpec, OptionSpec } from "../src/arguments/command-spec.js";
import { GLOBAL_OPTIONS } from "../src/arguments/global-options.js";
import { parseCommandLine } from "../src/arguments/parse-command-line.js";
import { COMMANDS } from "../src/commands/commands.js";
import { textWidth } from "../src/terminal/text-layout.js";
import { createHome } from "./support/cli-harness.js";

/** Every command and subcommand with its path. */
function commandPaths(commands: readonly CommandSpec[], parents: readonly string[] = []): [string[], CommandSpec][] {
  return commands.flatMap((command): [string[], CommandSpec][] => {
    const path = [...parents, command.name];
    return [[path, command], ...commandPaths(command.subcommands ?? [], path)];
  });
}

const PAGE = fileURLToPath(new URL("../../../docs/cli.md", import.meta.url));
const LAST_SECTION = "## Every command and option\n";

/** The last section of the page about the command line, from the one declaration. */
function everyOption(): string {
  const commands = commandPaths(COMMANDS)
    .filter(([, { subcommands }]) => subcommands === undefined)
    .map(([path, { summary, positionals = [], options = {} }]) => {
      const words = positionals.map(({ name, isRequired, isMany }) => {
        const word = `${name}${isMany ? ".." : ""}`;
        return isRequired ? `<${word}>` : `[${word}]`;
      });
      return `- \`${["codo", ...path, ...words].join(" ")}\`: ${summary}.${listed(options)}`;
    });
  return `${LAST_SECTION}\n${commands.join("\n")}\n- everywhere:${listed(GLOBAL_OPTIONS)}\n`;
}

function listed(options: Readonly<Record<string, OptionSpec>>): string {
  const names = Object.entries(options).map(([name, { alias, placeholder, choices, type }]) => {
    const value = type === "flag" ? "" : ` ${placeholder ?? choices?.join("|") ?? "VALUE"}`;
    return `\`${alias === undefined ? "" : `-${alias}, `}--${name}${value}\``;
  });
  return names.length === 0 ? "" : ` ${names.join(" · ")}`;
}

async function helpOf(path: readonly string[], columns: number): Promise<string> {
  const parsed = await parseCommandLine([...path, "--help"], {
    commands: COMMANDS,
    globals: GLOBAL_OPTIONS,
    columns,
  });
  return parsed.kind === "show" ? parsed.text : "";
}

describe.each([80, 200])("help at %i columns", (columns) => {
  it("is as it was looked at (`vitest -u` after looking again)", async () => {
    const pages: string[] = [];
    for (const path of [[], ...commandPaths(COMMANDS).map(([words]) => words)]) {
      const text = await helpOf(path, columns);
      for (const line of text.split("\n")) expect(textWidth(line), line).toBeLessThanOrEqual(columns);
      pages.push(`$ ${["codo", ...path, "--help"].join(" ")}\n\n${text}\n`);
    }
    await expect(pages.join("\n\n")).toMatchFileSnapshot(`./golden/help-${columns}.txt`);
  });
});

it("docs/cli.md ends with every command and option (`vitest -u` writes them)", async () => {
  const [written = ""] = (await readFile(PAGE, "utf8")).split(LAST_SECTION);
  await expect(`${written.trimEnd()}\n\n${everyOption()}`).toMatchFileSnapshot(PAGE);
});

it("is the same from the bundle, where the libraries that make it are bundled too", async () => {
  const home = await createHome();
  const shown = await home.codo(["--help"], { env: { COLUMNS: "80" } });
  expect(shown.stdout).toBe(`${await helpOf([], 80)}\n`);
});

it("every command has examples that parse", async () => {
  for (const [path, { examples }] of commandPaths(COMMANDS)) {
    expect(examples?.length, path.join(" ")).toBeGreaterThan(0);
    for (const [line] of examples ?? []) {
      const words = wordsOf(line);
      const parsed = await parseCommandLine(words, { commands: COMMANDS, globals: GLOBAL_OPTIONS, columns: 80 });
      expect(parsed.kind, line).toBe("run");
    }
  }
});

/** The words after `codo` of a shell line, up to a redirection. */
function wordsOf(line: string): string[] {
  const [, own = ""] = /codo (.*?)(?: [<>]>? ?\S+)*$/.exec(line) ?? [];
  return (own.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

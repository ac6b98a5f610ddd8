import { describe, expect, it } from "vitest";
import type { CommandSpec } from "../src/arguments/command-spec.js";
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

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COMMANDS } from "./commands.js";

it.each(COMMANDS.map((command) => [command.name, command] as const))(
  "the README names %s, with all it has",
  (_name, command) => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const row = readme.split("\n").find((line) => line.startsWith("| `") && line.includes(`\`${command.name}\``)) ?? "";
    const words = row.match(/[a-z-]+/g) ?? [];
    expect(words).toEqual(
      expect.arrayContaining([command.name, ...(command.subcommands ?? []).map(({ name }) => name)]),
    );
  },
);

import { parseSettingPath } from "@codo/ollama-config";
import type { CommandSpec } from "./command-spec.js";

/** Commands of similar programs, and what does the same here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  stop: "models unload",
  serve: "server start",
  logs: "outputs list",
  prompt: "run",
  ask: "run",
  keys: "config set apiKey",
  version: "--version",
  v: "--version",
};

/** The command that a word stands for elsewhere: by the table, else the first group that has a command of that name. */
export function commandElsewhere(word: string, commands: readonly CommandSpec[]): string | undefined {
  if (Object.hasOwn(ELSEWHERE, word)) return ELSEWHERE[word];
  for (const { name, subcommands = [] } of commands) {
    const found = subcommands.find((sub) => sub.name === word || sub.aliases?.includes(word) === true);
    if (found !== undefined) return `${name} ${found.name}`;
  }
  return undefined;
}

/** How an option of the model is given that was written as one of the command; `undefined` where it is none. */
export function modelOption(name: string): string | undefined {
  const option = name.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
  try {
    return parseSettingPath(`options.${option}`).at(-1);
  } catch {
    return undefined;
  }
}

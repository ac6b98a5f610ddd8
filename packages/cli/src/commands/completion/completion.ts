import { ENVIRONMENT_VARIABLES, listTemplates } from "@codo/ollama-config";
import type { CommandSpec, CompletionSource } from "../../arguments/command-spec.js";
import { GLOBAL_OPTIONS } from "../../arguments/global-options.js";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { sanitize } from "../../terminal/sanitize.js";
import { type Candidate, completeWords } from "./candidates.js";
import { SHELL_SCRIPTS } from "./shell-scripts.js";

const MOST_WAIT_MS = 1500;
const FILES = "@files";

/** Prints a shell's script, or what completes some words of a command line made of these commands. */
export async function printCompletion(
  args: ParsedArguments,
  context: CliContext,
  commands: readonly CommandSpec[],
): Promise<undefined> {
  const { terminal, globals } = context;
  const words = args.list("words");
  if (words.length > 0) {
    const candidates = await complete(words, context, commands);
    if (globals.isJson) terminal.json({ candidates });
    else for (const { text, describe } of candidates) terminal.line(describe === "" ? text : `${text}\t${describe}`);
    return;
  }
  const shell = args.text("shell");
  if (shell === undefined) throw new UsageError("Which shell?", "codo completion bash, zsh or fish");
  const script = SHELL_SCRIPTS[shell as keyof typeof SHELL_SCRIPTS];
  if (globals.isJson) terminal.json({ shell, script });
  else terminal.line(script);
}

async function complete(
  words: readonly string[],
  context: CliContext,
  commands: readonly CommandSpec[],
): Promise<Candidate[]> {
  const completion = completeWords(words, commands, GLOBAL_OPTIONS);
  const word = words.at(-1) ?? "";
  if ("candidates" in completion) return completion.candidates.filter(({ text }) => text.startsWith(word));
  const typed = word.replace(/^--[^=]+=/, "");
  const prefix = word.slice(0, word.length - typed.length);
  const names = await namesFrom(completion.source, context);
  return names
    .filter((name) => name === FILES || name.startsWith(typed))
    .map((name) => ({ text: name === FILES ? name : prefix + name, describe: "" }));
}

async function namesFrom(source: CompletionSource, context: CliContext): Promise<string[]> {
  try {
    if (source === "files" || source === "folders") return [FILES];
    if (source === "settings") return [...ENVIRONMENT_VARIABLES.values()];
    if (source === "presets") return Object.keys(await (await context.config()).getExecutionPresets());
    if (source === "templates") return (await listTemplates({ env: context.env })).map(({ name }) => sanitize(name));
    return await installedModels(context);
  } catch {
    // Tab must never print an error over the line that is being typed.
    return [];
  }
}

async function installedModels(context: CliContext): Promise<string[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(MOST_WAIT_MS)]);
  const { models } = await context.ask((client) => client.list({ signal }), { start: false });
  return models.map(({ name }) => sanitize(name));
}

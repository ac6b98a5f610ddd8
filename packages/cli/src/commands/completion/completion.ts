import { ENVIRONMENT_VARIABLES } from "@codo/ollama-config";
import type { CompletionSource } from "../../arguments/command-spec.js";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { GLOBAL_OPTIONS } from "../../context/global-options.js";
import { UsageError } from "../../errors/usage-error.js";
import { sanitize } from "../../terminal/sanitize.js";
import { COMMANDS } from "../commands.js";
import { type Candidate, completeWords } from "./candidates.js";
import { SHELL_SCRIPTS } from "./shell-scripts.js";

const MOST_WAIT_MS = 1500;
const FILES = "@files";

/** Prints a shell's script, or what completes some words. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const words = args.list("words");
  if (words.length > 0) {
    const candidates = await complete(words, context);
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

async function complete(words: readonly string[], context: CliContext): Promise<Candidate[]> {
  const completion = completeWords(words, COMMANDS, GLOBAL_OPTIONS);
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

import { parseSettingPath, parseSettingValue, type RunSettings } from "@codo/ollama-config";
import { normalizeExecutionOptions, OllamaError } from "@codo/ollama-core";
import type { RunCall } from "@codo/ollama-runner";
import type { ParsedArguments } from "../arguments/parsed-arguments.js";
import type { CliContext } from "../context/cli-context.js";
import { UsageError } from "../errors/usage-error.js";
import { sanitize } from "../terminal/sanitize.js";
import { readTimeout } from "./call-timeouts.js";
import { readTextArgument } from "./read-text.js";

/** What to run a model with. */
export interface RunPlan {
  options: RunSettings;
  call: RunCall;
}

/** Plans runs of a model. */
export type RunPlanner = (model: string) => Promise<RunPlan>;

/**
 * Reads what the command line says of a run; with a model it becomes a plan: configuration, preset and the command
 * line, in this order. A slip is found here, before any server is asked.
 * @param options.isReport - `--format` is the report's, and not that of the answers
 * @param options.template - what a prompt template says of the run: more than a model's settings, and less than a
 * preset and what else the command line names
 * @param options.warn - takes each warning once, where the command has further ones of the same kind
 * @throws UsageError when a value does not fit its option
 */
export async function planRuns(
  args: ParsedArguments,
  context: CliContext,
  {
    isReport = false,
    template = {},
    warn = once((warning) => context.terminal.warn(warning)),
  }: { isReport?: boolean; template?: RunSettings; warn?: (warning: string) => void } = {},
): Promise<RunPlanner> {
  const pairs = args.list("option").map(readOptionPair);
  for (const { note } of pairs) if (note !== undefined) warn(note);
  // The warning is printed above; the configuration would print a second one.
  const unknown = optionsOf(pairs.filter(({ isKnown }) => !isKnown));
  const known = optionsOf(pairs.filter(({ isKnown }) => isKnown));
  const preset = args.text("preset");
  const overrides = {
    ...template,
    // A preset that is not there is found before a server is looked for or started.
    ...(preset === undefined ? {} : await presetSettings(preset, context)),
    ...known,
    ...(await readOverrides(args, isReport)),
  };
  const choices = { overrides, ...(preset === undefined ? {} : { preset }) };
  return async (model) => {
    const { options, call } = await planRun(context, model, { ...choices, warn });
    return { options: { ...options, ...unknown }, call };
  };
}

/** The plans of several models warn of the same option. */
function once(warn: (warning: string) => void): (warning: string) => void {
  const said = new Set<string>();
  return (warning) => {
    if (!said.has(warning)) warn(warning);
    said.add(warning);
  };
}

/** What a preset sets, which goes before a template. @throws OllamaError `INVALID_CONFIG` when there is none */
async function presetSettings(preset: string, context: CliContext): Promise<RunSettings> {
  const config = await context.config();
  await config.resolveRun("", preset);
  return (await config.getExecutionPresets())[preset] ?? {};
}

async function planRun(
  context: CliContext,
  model: string,
  { overrides, preset, warn }: { overrides: RunSettings; preset?: string; warn: (warning: string) => void },
): Promise<RunPlan> {
  const config = await context.config();
  const { options, warnings, system, keepAlive, think, timeout } = await config.resolveRun(model, preset, overrides);
  for (const warning of warnings) warn(warning);
  const call: RunCall = {
    signal: context.signal,
    ...(system === undefined ? {} : { system }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
    ...(think === undefined ? {} : { think }),
    ...(timeout === undefined || timeout === 0 ? {} : { timeouts: { totalMs: timeout * 1000 } }),
  };
  return { options: options as RunSettings, call };
}

/** Whether answers of a format are data, and no text for people. */
export function isDataFormat(format: unknown): boolean {
  return format !== undefined && format !== "" && format !== "text";
}

/** An option as the command line gives it. */
export interface OptionPair {
  key: string;
  value: unknown;
  isKnown: boolean;
  /** A warning for the person: the option is unknown, or has its wire name. */
  note?: string;
}

/** Reads `key=value`. @throws UsageError when the value does not fit the option */
export function readOptionPair(pair: string): OptionPair {
  const [, key = "", text = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (key === "") throw new UsageError(`"${pair}" is not KEY=VALUE.`, "For example: -o temperature=0.2");
  try {
    const path = parseSettingPath(`options.${key.trim()}`);
    const name = path.at(-1) ?? key;
    const [note] = name === key.trim() ? [] : normalizeExecutionOptions({ [key.trim()]: null }).warnings;
    return { key: name, value: parseSettingValue(path, text), isKnown: true, ...(note === undefined ? {} : { note }) };
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    // A value that does not fit is a slip; an option that is not known may be one of a newer server.
    if (error.details.problems !== undefined) throw new UsageError(error.message);
    const { suggestion } = error.details;
    const { warnings } = normalizeExecutionOptions({ [key]: null });
    const suggested = typeof suggestion === "string" ? [`Did you mean "${suggestion}"?`] : [];
    return { key, value: readJson(text), isKnown: false, note: sanitize([...warnings, ...suggested].join(" ")) };
  }
}

function optionsOf(pairs: readonly OptionPair[]): RunSettings {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

async function readOverrides(args: ParsedArguments, isReport: boolean): Promise<RunSettings> {
  const overrides: RunSettings = {};
  const format = isReport ? undefined : args.text("format");
  const think = args.text("think");
  const keepAlive = args.text("keep-alive");
  const system = args.text("system");
  const timeout = readTimeout(args);
  if (format !== undefined) overrides.format = await readFormat(format);
  if (think !== undefined) overrides.think = /^(true|false)$/.test(think) ? think === "true" : (think as "low");
  if (keepAlive !== undefined) overrides.keepAlive = Number.isNaN(Number(keepAlive)) ? keepAlive : Number(keepAlive);
  if (system !== undefined) overrides.system = system;
  if (timeout !== undefined) overrides.timeout = timeout;
  return overrides;
}

async function readFormat(format: string): Promise<"text" | "json" | Record<string, unknown>> {
  if (format === "json" || format === "text") return format;
  const text = format.trimStart().startsWith("{") ? format : await readSchemaFile(format);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError(`--format: ${format} holds no JSON Schema: ${(cause as Error).message}`);
  }
}

async function readSchemaFile(file: string): Promise<string> {
  const hint = "Give json, a file with a JSON Schema, or the schema itself.";
  return await readTextArgument("--format: the file", file, hint);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import type { BenchLoad, BenchPlan } from "@codo/ollama-bench";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { callTimeouts } from "../../running/call-timeouts.js";
import { readTextArgument } from "../../running/read-text.js";
import { MeasureProgress } from "./measure-progress.js";

const DEFAULT_PROMPT = "Explain in a few sentences why the sky is blue.";

/** The plan that the options say, with progress on stderr. */
export function readPlan(args: ParsedArguments, context: CliContext): BenchPlan & { progress: MeasureProgress } {
  const progress = new MeasureProgress(context.terminal);
  const numbers = {
    trials: args.count("trials"),
    requests: args.count("requests"),
    warmup: args.count("warmup", 0),
    outputTokens: args.count("output-tokens"),
    seed: args.count("seed", 0),
  };
  const load = readLoads(args);
  const [depths, slo] = [args.list("depth").map((text) => readNumber("depth", text)), args.list("slo")];
  const [endpoint, journal] = [args.text("endpoint"), args.text("journal")];
  return {
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    ...(load.length === 0 ? {} : { load }),
    ...(depths.length === 0 ? {} : { depths }),
    ...(slo.length === 0 ? {} : { slo }),
    ...(args.flag("bust-cache") ? { bustCache: true } : {}),
    ...(args.flag("cold") ? { states: ["cold" as const] } : {}),
    ...(endpoint === undefined ? {} : { endpoint: endpoint as "chat" | "generate" | "embed" }),
    ...(journal === undefined ? {} : { journal }),
    ...callTimeouts(args),
    resume: args.flag("resume"),
    signal: context.signal,
    onProgress: (state) => progress.show(state),
    progress,
  };
}

/** The prompts to measure with: words, a file's lines, else a built-in one. */
export async function readPrompts(args: ParsedArguments): Promise<string[]> {
  const file = args.text("prompts");
  const words = args.list("prompt");
  if (file === undefined) return words.length > 0 ? words : [DEFAULT_PROMPT];
  const text = await readTextArgument("--prompts:", file);
  return [...words, ...text.split(/\r?\n/).filter((line) => line.trim() !== "")];
}

function readLoads(args: ParsedArguments): BenchLoad[] {
  return [
    ...args
      .list("concurrency")
      .map((text) => ({ type: "concurrency" as const, level: readNumber("concurrency", text) })),
    ...args.list("rps").map((text) => ({ type: "poisson" as const, rps: readNumber("rps", text) })),
  ];
}

function readNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new UsageError(`--${option} takes a number above 0, not "${text}".`);
}

import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { callTimeouts } from "../../running/call-timeouts.js";
import { type ChosenModel, chooseModel } from "../../running/choose-model.js";
import { embeddingModel, PULL_EMBEDDING_MODEL } from "../../running/embedding-model.js";
import { readPipedInput } from "../../running/read-stdin.js";
import { counted } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Embeds the words of the command line, or what is piped in. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals, signal } = context;
  const dimensions = args.count("dimensions");
  const texts = await readTexts(args, context);
  const { model, url } = await chooseEmbeddingModel(args.text("model"), context);
  const runner = await context.runner(url);
  const call = {
    signal,
    ...callTimeouts(args),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(args.flag("no-truncate") ? { truncate: false } : {}),
    onError: "skip" as const,
  };
  // A blank line has no vector, and keeps its place.
  const places = [...texts.keys()].filter((index) => texts[index]?.trim() !== "");
  const filled = places.map((index) => texts[index] ?? "");
  const { embeddings: vectors, failures, truncated, promptTokens } = await runner.embedMany(model, filled, call);
  const embeddings = new Array<number[] | null>(texts.length).fill(null);
  for (const [at, index] of places.entries()) embeddings[index] = vectors[at] ?? null;
  if (globals.isJson) terminal.json({ model, embeddings, ...(promptTokens === undefined ? {} : { promptTokens }) });
  else for (const vector of embeddings) terminal.json(vector);
  const lineOf = (at: number): number => (places[at] ?? at) + 1;
  const blank = texts.length - places.length;
  if (blank > 0) terminal.warn(`${counted(blank, "blank line")} without a vector: null stands there.`);
  for (const at of truncated) terminal.warn(`Text ${lineOf(at)} is too long for the model and was truncated.`);
  for (const { index, error } of failures) {
    // The error's own place is one among the texts that were sent: blank lines are not.
    const { message } = OllamaError.is(error.cause) ? error.cause : error;
    terminal.warn(sanitize(`Text ${lineOf(index)} failed: ${message}`));
  }
  return failures.length > 0 ? EXIT_STATUS.failure : undefined;
}

async function readTexts(args: ParsedArguments, { terminal }: CliContext): Promise<string[]> {
  const words = args.list("text").join(" ");
  const piped = words === "" ? await readPipedInput({ stdin: process.stdin, terminal, isOptional: false }) : "";
  const texts = args.flag("lines") ? piped.replace(/\r?\n$/, "").split(/\r?\n/) : [words || piped.trimEnd()];
  if (texts.some((text) => text.trim() !== "")) return texts;
  throw new UsageError("There is no text.", 'For example: `codo embed "The sky is blue"`');
}

async function chooseEmbeddingModel(named: string | undefined, context: CliContext): Promise<ChosenModel> {
  if (named !== undefined) return await chooseModel(context, named);
  const model = await embeddingModel(context);
  if (model !== undefined) return { model };
  throw new OllamaError("MODEL_NOT_FOUND", `No embedding model is installed. ${PULL_EMBEDDING_MODEL}`);
}

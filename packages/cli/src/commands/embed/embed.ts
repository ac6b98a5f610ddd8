import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { callTimeouts } from "../../running/call-timeouts.js";
import { type ChosenModel, chooseModel } from "../../running/choose-model.js";
import { readPipedInput } from "../../running/read-stdin.js";

/** Embeds the words of the command line, or what is piped in. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const dimensions = args.count("dimensions");
  const texts = await readTexts(args, context);
  const { model, url } = await chooseEmbeddingModel(args.text("model"), context);
  const runner = await context.runner(url);
  const call = { signal, ...callTimeouts(args), ...(dimensions === undefined ? {} : { dimensions }) };
  const { embeddings, promptTokens } = await runner.embedMany(model, texts, call);
  if (globals.isJson) terminal.json({ model, embeddings, ...(promptTokens === undefined ? {} : { promptTokens }) });
  else for (const vector of embeddings) terminal.json(vector);
}

async function readTexts(args: ParsedArguments, { terminal }: CliContext): Promise<string[]> {
  const words = args.list("text").join(" ");
  const piped = words === "" ? await readPipedInput({ stdin: process.stdin, terminal, isOptional: false }) : "";
  const texts = args.flag("lines") ? piped.split(/\r?\n/).filter((line) => line !== "") : [words || piped.trimEnd()];
  if (texts.some((text) => text !== "")) return texts;
  throw new UsageError("There is no text.", 'For example: codo embed "The sky is blue"');
}

async function chooseEmbeddingModel(named: string | undefined, context: CliContext): Promise<ChosenModel> {
  if (named !== undefined) return await chooseModel(context, named);
  const manager = await context.manager();
  for (const { name } of await manager.listModels({ signal: context.signal })) {
    const capabilities = await manager.getCapabilities(name, { signal: context.signal });
    if (capabilities.includes("embedding")) return { model: name };
  }
  const message = "No embedding model is installed. `codo models pull nomic-embed-text` gets one.";
  throw new OllamaError("MODEL_NOT_FOUND", message);
}

import { dirname, resolve } from "node:path";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { isGgufFile, requireGgufFile } from "../../running/gguf-file.js";
import { uploadBar } from "../../running/model-from-file.js";
import { readTextArgument } from "../../running/read-text.js";
import { ProgressLines } from "../../terminal/progress-lines.js";

/** Makes a model from a GGUF file or from a Modelfile; local files are uploaded. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const model = args.required("model");
  const source = await readSource(args, model);
  const quantize = args.text("quantize");
  const bars = new ProgressLines(terminal);
  const onUpload = globals.isJson ? {} : { onUpload: uploadBar(bars) };
  const request = { model, ...source, ...onUpload, ...(quantize === undefined ? {} : { quantize }) };
  const lines = await (await context.client()).create({ ...request, stream: true }, { signal });
  for await (const line of lines) {
    if (globals.isJson) terminal.json({ model, ...line });
    else bars.show(line);
  }
  bars.end();
  if (!globals.isJson) terminal.note(`${model} is there: \`codo run -m ${model} "…"\``);
}

/** What the model is made of: a GGUF file, or a Modelfile and the files beside it. */
async function readSource(
  args: ParsedArguments,
  model: string,
): Promise<{ gguf: string } | { modelfile: string; baseDirectory: string; allowOutside: boolean }> {
  const [gguf, named] = [args.text("gguf"), args.text("file")];
  if (gguf !== undefined) {
    if (named === undefined) return { gguf: await requireGgufFile(gguf, "--gguf") };
    throw new UsageError("--gguf and --file are two ways to say it.", `In a Modelfile the file is: FROM ${gguf}`);
  }
  const file = resolve(named ?? "Modelfile");
  const modelfile = await readModelfile(file, model);
  return { modelfile, baseDirectory: dirname(file), allowOutside: args.flag("allow-outside") };
}

async function readModelfile(file: string, model: string): Promise<string> {
  // Weights are not read whole to find out that they are no text.
  const isGguf = await isGgufFile(file, "The Modelfile", "Name it with -f FILE, or a GGUF file with --gguf FILE.");
  if (!isGguf) return await readTextArgument("The Modelfile", file, "Name it with -f FILE.");
  throw new UsageError(`${file} is a GGUF file, not a Modelfile.`, `codo models create ${model} --gguf ${file}`);
}

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { ProgressLines } from "../../terminal/progress-lines.js";

/** Makes a model from a Modelfile; local files that it names are uploaded. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const file = resolve(args.text("file") ?? "Modelfile");
  const modelfile = await readModelfile(file);
  const model = args.required("model");
  const quantize = args.text("quantize");
  const lines = await (await context.client()).create(
    {
      model,
      modelfile,
      baseDirectory: dirname(file),
      allowOutside: args.flag("allow-outside"),
      ...(quantize === undefined ? {} : { quantize }),
      stream: true,
    },
    { signal },
  );
  const bars = new ProgressLines(terminal);
  for await (const line of lines) {
    if (globals.isJson) terminal.json({ model, ...line });
    else bars.show(line);
  }
  bars.end();
}

async function readModelfile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new UsageError(`The Modelfile ${file} cannot be read (${code}).`, "Name it with -f FILE.");
  }
}

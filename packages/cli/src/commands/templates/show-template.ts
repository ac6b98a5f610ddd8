import { findTemplate, readTemplate } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { asUsage } from "../../running/prompt-template.js";
import { readTextArgument } from "../../running/read-text.js";

/** Prints a template as it is written, or with `--json` as it is understood. */
export async function run(args: ParsedArguments, { terminal, globals, env }: CliContext): Promise<undefined> {
  const name = args.required("name");
  if (globals.isJson) {
    terminal.json(await asUsage(() => readTemplate(name, { env })));
    return;
  }
  const { file } = await asUsage(() => findTemplate(name, { env }));
  terminal.note(terminal.errStyle.dim(file));
  terminal.line((await readTextArgument("The template", file)).trimEnd());
}

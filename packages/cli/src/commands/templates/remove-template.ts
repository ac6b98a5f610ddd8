import { rm } from "node:fs/promises";
import { listTemplates, type TemplateFile } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";

/** Removes a template's file. One that came with a project is removed only with `--project`. */
export async function run(args: ParsedArguments, { terminal, globals, env }: CliContext): Promise<undefined> {
  const name = args.required("name");
  const scope: TemplateFile["scope"] = args.flag("project") ? "project" : "user";
  const found = (await listTemplates({ env })).find((template) => template.name === name);
  if (found === undefined) throw new UsageError(`There is no template "${name}".`, "`codo templates list` shows them.");
  if (found.scope !== scope) {
    const hint = found.scope === "project" ? "--project removes it." : "Leave --project out to remove your own.";
    throw new UsageError(`The template "${name}" is the ${found.scope}'s: ${found.file}.`, hint);
  }
  await rm(found.file);
  if (globals.isJson) terminal.json({ removed: [name], file: found.file });
  else terminal.note(`Removed ${found.file}.`);
}

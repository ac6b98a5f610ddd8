import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { listTemplates, readTemplate, templateFolders } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { openEditor } from "../../running/open-editor.js";
import { asUsage } from "../../running/prompt-template.js";

/** What a template begins as. */
const BEGINNING = `description: What it is for
# model: codo-tiny
# system: You are brief.
prompt: |
  Summarize in {{lang}}:

  {{input}}
variables:
  lang: English
# options:
#   temperature: 0
# schema: { type: object, properties: { summary: { type: string } }, required: [summary] }
`;

/** Opens a template in the editor, and reports what is wrong with it afterwards. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, env } = context;
  const name = args.required("name");
  if (!/^[\p{L}\p{N}_-][\p{L}\p{N}._-]*$/u.test(name)) {
    throw new UsageError(`"${name}" is no name for a template.`, "Use letters, digits, -, _ and dots.");
  }
  const scope = args.flag("project") ? "project" : "user";
  const templates = await listTemplates({ env });
  const folder = (await templateFolders({ env }))[scope];
  const known = templates.find((template) => template.name === name && (scope === "user" || template.scope === scope));
  const file = known?.file ?? join(folder, `${name}.yaml`);
  if (!existsSync(file)) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, BEGINNING, { flag: "wx" });
  }
  await openEditor(file, env);
  await asUsage(() => readTemplate(file));
  if (globals.isJson) terminal.json({ name, file });
  else terminal.note(`codo run -t ${name} uses ${file}.`);
}

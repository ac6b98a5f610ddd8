import {
  listTemplates,
  type PromptTemplate,
  readTemplate,
  type TemplateFile,
  templateFolders,
} from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Lists the templates. A broken one is listed with what is wrong with it. */
export async function run(_args: ParsedArguments, { terminal, globals, env }: CliContext): Promise<undefined> {
  const files = await listTemplates({ env });
  const templates = await Promise.all(files.map(readOne));
  if (globals.isJson) {
    terminal.json({ templates });
    return;
  }
  if (templates.length > 0) terminal.table(["NAME", "VARIABLES", "OF", "DESCRIPTION"], templates.map(row));
  else
    terminal.note(
      `There is no template in ${(await templateFolders({ env })).user}. \`codo templates edit NAME\` creates one.`,
    );
}

type Listed = TemplateFile & Partial<Pick<PromptTemplate, "description" | "model" | "variables">> & { error?: string };

async function readOne(found: TemplateFile): Promise<Listed> {
  try {
    const { description, model, variables } = await readTemplate(found.file);
    return {
      ...found,
      ...(description === undefined ? {} : { description }),
      ...(model === undefined ? {} : { model }),
      variables,
    };
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    return { ...found, error: error.message };
  }
}

function row({ name, scope, description = "", variables = {}, error }: Listed): string[] {
  const names = Object.entries(variables).map(([key, variable]) =>
    variable.default === undefined ? key : `${key}=${variable.default}`,
  );
  const what = error === undefined ? description : `broken: ${error}`;
  return [name, names.join(" "), scope, what].map((text) => sanitize(text.replace(/\s+/g, " ")));
}

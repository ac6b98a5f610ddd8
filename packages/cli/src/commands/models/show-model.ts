import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import { modelSections } from "./model-sections.js";

const PARTS = ["modelfile", "template", "license"] as const;

/** Shows a model as `ollama show` does. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const shown = await (await context.client()).show({ model: args.required("model") }, { signal });
  if (globals.isJson) {
    terminal.json(shown);
    return;
  }
  const part = PARTS.find((name) => args.flag(name));
  if (part !== undefined) {
    terminal.line(sanitize(String(shown[part] ?? "")).trimEnd());
    return;
  }
  const sections = modelSections(shown).map(([title, lines]) => [
    `  ${terminal.style.bold(title)}`,
    ...lines.map((line) => `    ${line}`),
  ]);
  terminal.tell(sections.map((lines) => lines.join("\n")).join("\n\n"));
}

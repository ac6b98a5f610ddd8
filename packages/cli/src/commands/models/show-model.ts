import type { ShowResponse } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import { wrapText } from "../../terminal/text-layout.js";

const PARTS = ["modelfile", "template", "license"] as const;
const LICENSE_LINES = 2;

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
    terminal.line(sanitize(shown[part] ?? "").trimEnd());
    return;
  }
  const sections = modelSections(shown).map(([title, lines]) => [
    `  ${terminal.style.bold(title)}`,
    ...lines.flatMap((line) => wrapText(line, terminal.columns - 4).map((text) => `    ${text}`)),
  ]);
  terminal.line(sections.map((lines) => lines.join("\n")).join("\n\n"));
}

/** What there is to show of a model, in sections of lines that are safe for a terminal. */
export function modelSections(shown: ShowResponse): [title: string, lines: string[]][] {
  const sections: [string, string[]][] = [
    ["Model", modelLines(shown)],
    ["Capabilities", shown.capabilities ?? []],
    ["Parameters", textLines(shown.parameters).map((line) => line.replace(/\s{2,}/g, "    "))],
    ["System", textLines(shown.system)],
    ["License", textLines(shown.license).slice(0, LICENSE_LINES)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, lines.map((line) => sanitize(line))]);
}

function modelLines({ details, model_info: info = {} }: ShowResponse): string[] {
  const architecture = String(info["general.architecture"] ?? details?.family ?? "");
  const ofArchitecture = (key: string) => info[`${architecture}.${key}`];
  const rows: [string, unknown][] = [
    ["architecture", architecture],
    ["parameters", details?.parameter_size],
    ["context length", ofArchitecture("context_length")],
    ["embedding length", ofArchitecture("embedding_length")],
    ["quantization", details?.quantization_level],
  ];
  return rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name.padEnd(20)}${String(value)}`);
}

function textLines(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter((line) => line.trim() !== "");
}

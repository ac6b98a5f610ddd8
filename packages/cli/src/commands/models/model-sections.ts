import type { ShowResponse } from "@codo/ollama-core";
import { sanitize } from "../../terminal/sanitize.js";

const LICENSE_LINES = 2;

/** What there is to show of a model, in sections of lines that are safe for a terminal. */
export function modelSections(shown: ShowResponse): [title: string, lines: string[]][] {
  const sections: [string, string[]][] = [
    ["Model", modelLines(shown)],
    ["Capabilities", Array.isArray(shown.capabilities) ? shown.capabilities.map(String) : []],
    ["Parameters", parameterLines(shown)],
    ["System", textLines(shown.system)],
    ["License", textLines(shown.license).slice(0, LICENSE_LINES)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, lines.map((line) => sanitize(line))]);
}

/** A name and its value on each line, as the server sends them, in columns. */
function parameterLines({ parameters }: ShowResponse): string[] {
  const rows = textLines(parameters).map((line) => {
    const [name = ""] = line.trim().split(/\s/, 1);
    return [name, line.trim().slice(name.length).trim()];
  });
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return rows.map(([name = "", value = ""]) => `${name.padEnd(width)}    ${value}`.trimEnd());
}

function modelLines({ details, model_info }: ShowResponse): string[] {
  // Servers that only look like an Ollama leave it out, or send null.
  const info = model_info ?? {};
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
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name.padEnd(20)}${String(value)}`);
}

function textLines(text: unknown): string[] {
  return (typeof text === "string" ? text : "").split("\n").filter((line) => line.trim() !== "");
}

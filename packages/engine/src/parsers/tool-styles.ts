import { HermesToolParser } from "./hermes-tool-parser.js";
import { LlamaToolParser } from "./llama-tool-parser.js";
import { MistralToolParser } from "./mistral-tool-parser.js";
import type { OutputParser } from "./output-parser.js";
import type { ToolNames } from "./tool-call-json.js";

/** A way in which models write tool calls. To add one, write its parser and put it in `TOOL_STYLES`. */
export interface ToolStyle {
  readonly name: string;
  /** Whether a chat template, in Jinja or Go, teaches this way. */
  matches(template: string): boolean;
  createParser(names: ToolNames): OutputParser;
}

const HERMES: ToolStyle = {
  name: "hermes",
  matches: (template) => template.includes("<tool_call>"),
  createParser: (names) => new HermesToolParser(names),
};

/** The known styles; the first that matches is taken. */
export const TOOL_STYLES: readonly ToolStyle[] = [
  HERMES,
  {
    name: "mistral",
    matches: (template) => template.includes("[TOOL_CALLS]"),
    createParser: (names) => new MistralToolParser(names),
  },
  {
    name: "llama",
    matches: (template) => template.includes("<|python_tag|>") || showsNameAndParameters(template),
    createParser: (names) => new LlamaToolParser(names),
  },
];

/** The style that a template teaches; Hermes, the most common one, when none is to be seen. */
export function toolStyleOf(template: string): ToolStyle {
  return TOOL_STYLES.find((style) => style.matches(template)) ?? HERMES;
}

/** Whether a line of a template has both keys of a tool's JSON, the name first. */
function showsNameAndParameters(template: string): boolean {
  return template.split("\n").some((line) => {
    const name = line.indexOf('"name":');
    return name >= 0 && line.indexOf('"parameters":', name) > name;
  });
}

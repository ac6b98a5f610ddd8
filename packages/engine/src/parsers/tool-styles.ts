import { HermesToolParser } from "./hermes-tool-parser.js";
import { jsonCalls } from "./json-calls.js";
import { LlamaToolParser } from "./llama-tool-parser.js";
import type { OfferedTools } from "./offered-tools.js";
import type { OutputParser } from "./output-parser.js";
import { TaggedParser } from "./tagged-parser.js";

/*
 * Calls of models that have no way of their own: an object with a name and arguments behind a tag, or by itself.
 */

/** The parser for calls behind the marker that a Go template writes before them. */
export function parserForMarker(marker: string, tools: OfferedTools): OutputParser {
  if (marker === "<tool_call>") return new HermesToolParser(tools.names);
  if (marker === "{" || marker === "[" || marker.includes("<|python_")) return new LlamaToolParser(tools.names);
  const read = jsonCalls({ closes: closersOf(marker), name: /^([\w.-]+)\s*$/ });
  return new TaggedParser({ thoughts: [], calls: [{ open: marker, read }] });
}

/** The parser for calls as a Jinja template teaches them; in the style of Hermes, the most common, if it shows none. */
export function parserForTemplate(template: string, { names }: OfferedTools): OutputParser {
  const isHermes = template.includes("<tool_call>");
  const isLlama = !isHermes && (template.includes("<|python_") || showsNameAndParameters(template));
  return isLlama ? new LlamaToolParser(names) : new HermesToolParser(names);
}

/** `</tag>` for `<tag>`; other markers have no end of their own. */
function closersOf(marker: string): string[] {
  return /^<[^/].*>$/.test(marker) ? [`</${marker.slice(1)}`] : [];
}

/** Whether a line of a template has both keys of a tool's JSON, the name first. */
function showsNameAndParameters(template: string): boolean {
  return template.split("\n").some((line) => {
    const name = line.indexOf('"name":');
    return name >= 0 && line.indexOf('"parameters":', name) > name;
  });
}

import { MODEL_FAMILIES } from "../src/parsers/model-families.js";
import { OfferedTools } from "../src/parsers/offered-tools.js";
import type { ParsedToolCall } from "../src/parsers/output-parser.js";
import { type FamilySample, TOOLS } from "./family-samples.js";

const tools = new OfferedTools(TOOLS);

/** What a family's parser makes of an output. */
export interface Parsed {
  content: string;
  thinking: string;
  calls: ParsedToolCall[];
}

/** Reads the output of a sample, given piece by piece. */
export function parseSample({ family, prompt = "", ending = "stop" }: FamilySample, pieces: readonly string[]): Parsed {
  const known = MODEL_FAMILIES.find(({ name }) => name === family);
  if (known === undefined) throw new Error(`no family ${family}`);
  const parser = known.createParser({ tools, prompt });
  const parsed = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.finish(ending)];
  const texts = (type: "content" | "thinking"): string =>
    parsed.map((part) => (part.type === type ? part.text : "")).join("");
  return {
    content: texts("content"),
    thinking: texts("thinking"),
    calls: parsed.flatMap((part) => (part.type === "toolCall" ? [part.call] : [])),
  };
}

import type { Thought } from "../grammar/emit/thought-text.js";
import type { LocalModel } from "../models/local-model.js";
import { type OutputParser, PlainParser } from "../parsers/output-parser.js";
import { PipedParser } from "../parsers/piped-parser.js";
import { THINK_TAGS, ThinkingParser } from "../parsers/thinking-parser.js";
import { toolStyleOf } from "../parsers/tool-styles.js";

/** What decides how a generation's output is read. */
export interface ParsingRequest {
  model: LocalModel;
  /** What the model continues: a template may have begun the thought already. */
  prompt: string;
  /** Whether the model was asked to think. */
  think: boolean;
  tools: unknown[];
}

/** The parser for one generation: the thought first, then the calls in what is left. */
export function createOutputParser(request: ParsingRequest): OutputParser {
  const thought = thoughtOf(request);
  const thinking = thought && new ThinkingParser(thought, thought.opened);
  const names = toolNames(request.tools);
  const { template, facts } = request.model;
  const calls = names.size > 0 ? toolStyleOf(template ?? facts.chatTemplate ?? "").createParser(names) : undefined;
  if (thinking && calls) return new PipedParser(thinking, calls);
  return thinking ?? calls ?? new PlainParser();
}

/** The thought that the output may begin with. */
export function thoughtOf({ prompt, think }: Pick<ParsingRequest, "prompt" | "think">): Thought | undefined {
  return think ? { ...THINK_TAGS, opened: prompt.trimEnd().endsWith(THINK_TAGS.open) } : undefined;
}

function toolNames(tools: unknown[]): Set<string> {
  return new Set(
    tools.flatMap((tool) => {
      const definition = field(tool, "function");
      const name = field(definition, "name");
      return typeof name === "string" ? [name] : [];
    }),
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

import type { Thought } from "../grammar/emit/thought-text.js";
import { goCallMarker } from "../parsers/go-call-marker.js";
import { type ModelFamily, modelFamilyOf } from "../parsers/model-families.js";
import { OfferedTools } from "../parsers/offered-tools.js";
import { type OutputParser, PlainParser } from "../parsers/output-parser.js";
import { PipedParser } from "../parsers/piped-parser.js";
import { THINK_TAGS, ThinkingParser, type ThinkingTags } from "../parsers/thinking-parser.js";
import { parserForMarker, parserForTemplate } from "../parsers/tool-styles.js";
import type { LocalModel } from "../store/local-model.js";
import { templateFault } from "../templates/check-template.js";
import { parsedGoTemplate } from "../templates/parsed-go-templates.js";
import { isGptOss, templateInUse } from "../templates/template-library.js";
import { inferThinkingTags } from "../templates/thinking-tags.js";

/** What decides how a generation's output is read. */
export interface ParsingRequest {
  model: LocalModel;
  /** What the model continues: a template may have begun the thought already. */
  prompt: string;
  /** Whether the model was asked to think. */
  think: boolean;
  tools: unknown[];
  /**
   * A single prompt is continued, not a conversation: then a real server reads the output in the way of a family only
   * where the manifest names its parser, or for gpt-oss.
   *
   * @defaultValue false
   */
  isSinglePrompt?: boolean;
}

/**
 * The parser for one generation. A family with a way of its own, which the manifest names or the template teaches, is
 * read in that way; for the others the thought comes first, and then the calls in what is left.
 */
export function createOutputParser(request: ParsingRequest): OutputParser {
  const { model, prompt } = request;
  const tools = new OfferedTools(request.tools);
  const own = ownFamilyOf(request);
  if (own !== undefined) return own.createParser({ tools, prompt });
  const thought = thoughtOf(request);
  const thinking = thought && new ThinkingParser(thought, thought.opened);
  const calls = tools.names.size > 0 ? callParser(model, tools) : undefined;
  if (thinking && calls) return new PipedParser(thinking, calls);
  return thinking ?? calls ?? new PlainParser();
}

/** The thought that the output may begin with. */
export function thoughtOf(request: Omit<ParsingRequest, "tools">): Thought | undefined {
  const { model, prompt, think } = request;
  const own = ownFamilyOf(request);
  if (own !== undefined && (think || own.alwaysThinks)) return own.thought(prompt);
  if (!think || own !== undefined) return undefined;
  const tags = thinkingTagsOf(model);
  return { ...tags, opened: prompt.trimEnd().endsWith(tags.open) };
}

/** The text of the template that makes a model's prompts. */
function templateTextOf(model: LocalModel): string {
  return (templateInUse(model) === "go" ? model.template : model.facts.chatTemplate) ?? "";
}

function ownFamilyOf({ model, isSinglePrompt = false }: Omit<ParsingRequest, "tools">): ModelFamily | undefined {
  if (isSinglePrompt && model.parser === undefined && !isGptOss(model.facts)) return undefined;
  return modelFamilyOf({ parser: model.parser, template: templateTextOf(model) });
}

function callParser(model: LocalModel, tools: OfferedTools): OutputParser {
  const text = templateTextOf(model);
  const isGo = templateInUse(model) === "go" && templateFault(text) === undefined;
  return isGo ? parserForMarker(goCallMarker(parsedGoTemplate(text).root), tools) : parserForTemplate(text, tools);
}

/** A Go template shows what it writes around a thought; all others use the same tags. */
function thinkingTagsOf(model: LocalModel): ThinkingTags {
  const text = templateTextOf(model);
  if (templateInUse(model) !== "go" || templateFault(text) !== undefined) return THINK_TAGS;
  const { opening, closing } = inferThinkingTags(parsedGoTemplate(text).root);
  return opening !== "" && closing !== "" ? { open: opening, close: closing } : THINK_TAGS;
}

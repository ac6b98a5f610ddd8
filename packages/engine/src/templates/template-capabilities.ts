import type { GoChatTemplate } from "./go-chat-template.js";
import { inferThinkingTags } from "./thinking-tags.js";

/** What a template adds to what a model can do. */
export type TemplateCapability = "tools" | "insert" | "thinking";

/*
 * From these signs a real server derives what a template can do. They are its own, also where they look arbitrary: a
 * client has to get the same from both.
 */

/** What a template in Go's language can do. */
export function goTemplateCapabilities(template: GoChatTemplate): TemplateCapability[] {
  const { opening, closing } = inferThinkingTags(template.root);
  return [
    ...(template.identifiers.has("tools") ? (["tools"] as const) : []),
    ...(template.identifiers.has("suffix") ? (["insert"] as const) : []),
    ...(opening !== "" && closing !== "" ? (["thinking"] as const) : []),
  ];
}

/** What a Jinja template, the one of a model's file, can do. */
export function fileTemplateCapabilities(template: string): TemplateCapability[] {
  return [
    ...(mentionsTools(template) ? (["tools"] as const) : []),
    ...(mentionsThinking(template) ? (["thinking"] as const) : []),
  ];
}

/**
 * Whether a server renders with the Jinja template of the file although the manifest has one in Go's language: when
 * it can do more, or when both know tools and only it writes their results.
 */
export function prefersFileTemplate(fileTemplate: string, source: string, goTemplate: GoChatTemplate): boolean {
  const file = fileTemplateCapabilities(fileTemplate);
  const go = goTemplateCapabilities(goTemplate);
  const fileWritesResults = writesToolResults(fileTemplate);
  const goWritesResults = goWritesToolResults(source, goTemplate);
  if (file.length > go.length) return !goWritesResults || fileWritesResults;
  const isSame = file.length === go.length && file.every((capability) => go.includes(capability));
  return isSame && file.includes("tools") && fileWritesResults && !goWritesResults;
}

function mentionsTools(template: string): boolean {
  return template.includes("tools") || template.includes("tool_call");
}

const SPLITS_AT_THOUGHT = /content\.split\((['"])<\/think>\1\)/;

function mentionsThinking(template: string): boolean {
  if (template.includes("<think>") && template.includes("</think>")) return true;
  return (
    SPLITS_AT_THOUGHT.test(template) && !template.includes("reasoning_content") && !template.includes("<SPECIAL_12>")
  );
}

const RESULT_SIGNS = [
  "tool_response",
  "tool_results",
  "role'] == 'tool'",
  'role\'] == "tool"',
  "role\"] == 'tool'",
  'role"] == "tool"',
  "message.role == 'tool'",
  'message.role == "tool"',
  "ipython",
];

function writesToolResults(template: string): boolean {
  const writesCalls = template.includes("tool_calls") || template.includes("assistant_tool_call");
  return mentionsTools(template) && writesCalls && RESULT_SIGNS.some((sign) => template.includes(sign));
}

function goWritesToolResults(source: string, { identifiers }: GoChatTemplate): boolean {
  if (!identifiers.has("tools") || !identifiers.has("toolcalls")) return false;
  return ['eq .Role "tool"', "tool_response", "TOOL_RESULTS"].some((sign) => source.includes(sign));
}

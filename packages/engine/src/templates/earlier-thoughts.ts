import { ThinkingParser } from "../parsers/thinking-parser.js";
import type { LocalModel } from "../store/local-model.js";
import type { TemplateMessage } from "./chat-template.js";

/**
 * A conversation without the thoughts that clients left in the text of earlier answers, for the models of which a real
 * server takes them out: Qwen 3 and DeepSeek R1.
 */
export function withoutEarlierThoughts(model: LocalModel, messages: readonly TemplateMessage[]): TemplateMessage[] {
  if (model.facts.architecture !== "qwen3" && model.name.model !== "deepseek-r1") return [...messages];
  const lastQuestion = messages.findLastIndex(({ role }) => role === "user");
  return messages.map((message, index) =>
    message.role === "assistant" && index < lastQuestion ? { ...message, content: answerOf(message.content) } : message,
  );
}

function answerOf(content: string): string {
  const parser = new ThinkingParser();
  const parsed = [...parser.push(content), ...parser.finish()];
  return parsed.map((part) => (part.type === "content" ? part.text : "")).join("");
}

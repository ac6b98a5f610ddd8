import { GoChatTemplate } from "./go-chat-template.js";

const MOST_KEPT = 64;
const kept = new Map<string, GoChatTemplate>();

/** A template in Go's language, parsed once for all who ask for the same text. @throws TemplateError */
export function parsedGoTemplate(source: string): GoChatTemplate {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const template = new GoChatTemplate(source);
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(source, template);
  return template;
}

import { readFileSync } from "node:fs";
import type { TemplateMessage } from "../src/templates/chat-template.js";
import { parsedGoTemplate } from "../src/templates/parsed-go-templates.js";
import { modelOf } from "./recorded-renders.js";

/** A Go template that Ollama ships, with what its own tests expect. */
export interface ShippedTemplate {
  name: string;
  template: string;
  model: ReturnType<typeof modelOf>;
  cases: { name: string; expected: string; render(): string }[];
}

const FILE = new URL("./fixtures/ollama-templates/templates.json", import.meta.url);

const SYSTEM: TemplateMessage = { role: "system", content: "You are a helpful assistant." };
const HELLO: TemplateMessage = { role: "user", content: "Hello, how are you?" };
const REPLY: TemplateMessage = { role: "assistant", content: "I'm doing great. How can I help you today?" };
const MORE: TemplateMessage = { role: "user", content: "I'd like to show off how chat templating works!" };
const CONVERSATIONS: Readonly<Record<string, TemplateMessage[]>> = {
  user: [HELLO],
  "user-assistant-user": [HELLO, REPLY, MORE],
  "system-user-assistant-user": [SYSTEM, HELLO, REPLY, MORE],
};

/** The 20 templates that Ollama ships for files without one that it knows. */
export function shippedTemplates(): ShippedTemplate[] {
  const known = JSON.parse(readFileSync(FILE, "utf8")) as Record<
    string,
    { template: string; expected: Record<string, string> }
  >;
  return Object.entries(known).map(([name, { template, expected }]) => ({
    name,
    template,
    model: modelOf("", template),
    cases: Object.entries(expected).map(([key, text]) => ({
      name: key,
      expected: text,
      render: () => {
        const prompt = parsedGoTemplate(template).render({ messages: CONVERSATIONS[key] ?? [] });
        return prompt.endsWith(" ") && !text.endsWith(" ") ? prompt.slice(0, -1) : prompt;
      },
    })),
  }));
}

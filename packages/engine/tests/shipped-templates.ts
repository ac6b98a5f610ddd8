import { readFileSync } from "node:fs";
import type { TemplateMessage } from "../src/templates/chat-template.js";
import { TemplateLibrary } from "../src/templates/template-library.js";
import { modelOf, type RecordedModel } from "./recorded-renders.js";

/*
 * The Go templates that Ollama ships for models that bring none, and the texts that Ollama's own test expects of them.
 */

const FOLDER = new URL("./fixtures/ollama-templates/", import.meta.url);
const SYSTEM: TemplateMessage = { role: "system", content: "You are a helpful assistant." };
const HELLO: TemplateMessage = { role: "user", content: "Hello, how are you?" };
const HELP: TemplateMessage = { role: "assistant", content: "I'm doing great. How can I help you today?" };
const SHOW: TemplateMessage = { role: "user", content: "I'd like to show off how chat templating works!" };

/** The conversations of that test, by their roles. */
const CONVERSATIONS: Readonly<Record<string, TemplateMessage[]>> = {
  user: [HELLO],
  "user-assistant-user": [HELLO, HELP, SHOW],
  "system-user-assistant-user": [SYSTEM, HELLO, HELP, SHOW],
};

/** That test drops the space behind the last role of these, and so it is dropped here. */
const WITH_A_SPACE: ReadonlySet<string> = new Set(["chatqa", "llama2-chat", "mistral-instruct", "openchat", "vicuna"]);

const library = new TemplateLibrary();

/** All 20, each with its three conversations. */
export function shippedTemplates(): Pick<RecordedModel, "name" | "model" | "cases">[] {
  const expected = JSON.parse(read("expected.json")) as Record<string, Record<string, string>>;
  return Object.entries(expected).map(([name, texts]) => {
    const model = modelOf(undefined, read(`${name}.gotmpl`));
    const render = (messages: TemplateMessage[]): string => {
      const text = library.forChat(model).render({ messages });
      return WITH_A_SPACE.has(name) ? text.replace(/ $/, "") : text;
    };
    const cases = Object.entries(CONVERSATIONS).map(([roles, messages]) => ({
      name: roles,
      request: { messages },
      status: 200,
      text: texts[roles] ?? "",
      render: () => render(messages),
      difference: undefined,
    }));
    return { name, model, cases };
  });
}

function read(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

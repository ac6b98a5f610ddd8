import { createOutputParser } from "../src/generation/output-parsing.js";
import { capabilitiesOf } from "../src/models/capabilities.js";
import type { LocalModel } from "../src/store/local-model.js";
import type { TemplateMessage } from "../src/templates/chat-template.js";
import { TemplateLibrary } from "../src/templates/template-library.js";

const ID = "a1B2c3D4e";
const USER: TemplateMessage = { role: "user", content: "What is the weather?" };
const CALL = { name: "get_weather", arguments: { city: "Lima" } };
const CALLING: TemplateMessage = { role: "assistant", content: "", toolCalls: [{ id: ID, ...CALL }] };
const RESULT = "c0d0-sunny";
const ANSWER: TemplateMessage = { role: "tool", content: RESULT, toolName: CALL.name, toolCallId: ID };
const TOOLS = [
  {
    type: "function",
    function: {
      name: CALL.name,
      description: "The weather of a city",
      parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
    },
  },
];

/**
 * What becomes of a call that a template writes into a history, when it is read as if the model had written it: a model
 * is trained on what its template writes.
 */
export type RoundTrip = "read" | "lost" | "shown as text" | "not shown by the template";

const library = new TemplateLibrary();

/** Writes a call by a model's template, and reads it by the parser that the model gets. */
export function callRoundTrip(model: LocalModel): RoundTrip {
  const template = library.forChat(model);
  const think = capabilitiesOf(model).includes("thinking");
  const render = (messages: TemplateMessage[]): string =>
    template.render({ messages, tools: TOOLS, ...(think && { think }) });
  const asked = render([USER]);
  const called = render([USER, CALLING, ANSWER]);
  const trips = beginnings(asked, called).map((begin) => roundTrip(model, called, { begin, think }));
  return trips.includes("read") ? "read" : (trips[0] ?? "lost");
}

function roundTrip(model: LocalModel, called: string, { begin, think }: { begin: number; think: boolean }): RoundTrip {
  const output = called.slice(begin).split(RESULT)[0] ?? "";
  if (!output.includes(CALL.name) || !output.includes(CALL.arguments.city)) return "not shown by the template";
  const parser = createOutputParser({ model, prompt: called.slice(0, begin), think, tools: TOOLS });
  const parsed = [...parser.push(output), ...parser.finish("stop")];
  const calls = parsed.flatMap((part) => (part.type === "toolCall" ? [part.call] : []));
  if (JSON.stringify(calls) === JSON.stringify([CALL])) return "read";
  return parsed.some((part) => part.type === "content" && part.text.includes(CALL.name)) ? "shown as text" : "lost";
}

/**
 * Where the answer may begin: where the two prompts part, but never inside of a tag; behind the question, where a
 * template moves that; at the call itself.
 */
function beginnings(asked: string, called: string): number[] {
  let same = 0;
  while (same < asked.length && asked[same] === called[same]) same++;
  const tag = called.lastIndexOf("<", same - 1);
  const parted = tag >= 0 && !called.slice(tag, same).includes(">") ? tag : same;
  const question = called.indexOf(USER.content, parted);
  if (question < 0) return [parted];
  const behind = question + USER.content.length;
  return [behind, called.indexOf('{"name"', behind)].filter((at) => at >= 0);
}

import { TemplateError } from "../go-template/index.js";
import { ApiError } from "../http/api-error.js";
import type { TemplateInput } from "./chat-template.js";
import { parsedGoTemplate } from "./parsed-go-templates.js";

/**
 * Refuses a Go template that can't be understood, before a model is made with it. Where only some conversations fail,
 * which is so with templates of Ollama's own library, these are reported.
 *
 * @returns which conversations fail, and why
 * @throws ApiError (400) when it can't be parsed, or not even a question can be asked
 */
export function checkTemplate(template: string): string[] {
  const fault = templateFault(template) ?? runFault(template, { messages: [QUESTION] });
  if (fault !== undefined) throw new ApiError(400, `template error: ${fault}`);
  return TRIALS.flatMap(([conversation, trial]) => {
    const message = runFault(template, trial);
    return message === undefined ? [] : [`warning: the template fails with ${conversation}: ${message}`];
  });
}

/** What Go says of a template that is not well formed; `undefined` when it is. */
export function templateFault(template: string): string | undefined {
  return faultOf(() => parsedGoTemplate(template));
}

const TOOL = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather",
    parameters: { type: "object", required: ["city"], properties: { city: { type: "string", description: "Where" } } },
  },
};
const SYSTEM = { role: "system", content: "Be brief." } as const;
const QUESTION = { role: "user", content: "What is the weather?" } as const;

/** What a template may be asked to write besides a question. */
const TRIALS: readonly [conversation: string, input: TemplateInput][] = [
  ["a system message", { messages: [SYSTEM, QUESTION] }],
  ["an earlier answer", { messages: [QUESTION, { role: "assistant", content: "It is sunny." }, QUESTION] }],
  ["thinking", { messages: [QUESTION], think: "high" }],
  ["tools", { messages: [QUESTION], tools: [TOOL] }],
  ["a system message and tools", { messages: [SYSTEM, QUESTION], tools: [TOOL] }],
  [
    "the result of a tool",
    {
      messages: [
        QUESTION,
        {
          role: "assistant",
          content: "",
          thinking: "There is a tool.",
          toolCalls: [{ id: "call_1", name: "get_weather", arguments: { city: "Lima" } }],
        },
        { role: "tool", content: "sunny", toolName: "get_weather", toolCallId: "call_1" },
      ],
      tools: [TOOL],
    },
  ],
  ["a suffix", { messages: [QUESTION], suffix: "and then" }],
];

/** Why a well-formed template can't write this; what other messages of the kind could mend is left to them. */
function runFault(template: string, input: TemplateInput): string | undefined {
  const parsed = parsedGoTemplate(template);
  // A suffix is refused before it comes to a template that has no place for one.
  if (input.suffix !== undefined && !parsed.identifiers.has("suffix")) return undefined;
  return faultOf(() => parsed.render(input), false);
}

function faultOf(attempt: () => unknown, countsData = true): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.isOfData && !countsData ? undefined : error.message;
  }
}

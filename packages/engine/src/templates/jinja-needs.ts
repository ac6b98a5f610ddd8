import type { BoundedJinja } from "./bounded-jinja.js";

/** What a Jinja template can't take as it usually comes, so that a conversation is brought in another form. */
export interface JinjaNeeds {
  /** It goes through the parts of a message, and shows nothing of one that is a text. */
  typedContent: boolean;
  /** It drops what the system says, or refuses it: this then goes before what the user says. */
  systemInUser: boolean;
  /** It puts the arguments of a call beside other text, as a text. */
  textArguments: boolean;
}

const MARK = "c0d0";
const USER = { role: "user", content: MARK };

/**
 * Finds out what a template needs, by rendering small conversations: what llama.cpp also does, since templates don't
 * say it.
 */
export function findJinjaNeeds(template: BoundedJinja, variables: Record<string, unknown>): JinjaNeeds {
  const shows = (mark: string, messages: unknown[], more: Record<string, unknown> = {}): boolean => {
    try {
      return template.render({ messages, add_generation_prompt: true, ...variables, ...more }).includes(mark);
    } catch {
      return false;
    }
  };
  const call = (input: unknown): unknown[] => [
    { role: "user", content: "x" },
    {
      role: "assistant",
      content: "",
      tool_calls: [{ type: "function", id: "a", function: { name: "f", arguments: input } }],
    },
    { role: "tool", content: "y", name: "f", tool_call_id: "a" },
  ];
  const tools = [
    { type: "function", function: { name: "f", description: "", parameters: { type: "object", properties: {} } } },
  ];
  const parts = (content: string): unknown[] => [{ type: "text", text: content }];
  const typedContent = !shows(MARK, [USER]) && shows(MARK, [{ ...USER, content: parts(MARK) }]);
  const asText = JSON.stringify({ [MARK]: MARK });
  return {
    typedContent,
    systemInUser: !shows(MARK, [
      { role: "system", content: typedContent ? parts(MARK) : MARK },
      { role: "user", content: typedContent ? parts("x") : "x" },
    ]),
    // What only takes parts is not asked about arguments by a real server, and gets them as they come.
    textArguments:
      typedContent || (!shows(MARK, call({ [MARK]: MARK }), { tools }) && shows(asText, call(asText), { tools })),
  };
}

import Anthropic from "@anthropic-ai/sdk";
import {
  type ForeignClient,
  PERSON_QUESTION,
  PERSON_SCHEMA,
  QUESTION,
  UNKNOWN_MODEL,
  WEATHER,
  WEATHER_QUESTION,
  WEATHER_TOOL,
} from "./client-tasks.js";

const asked = { model: "codo-tiny", max_tokens: 200, temperature: 0, thinking: { type: "disabled" as const } };
const user = (content: string) => ({ role: "user" as const, content });
const { name, description, parameters } = WEATHER_TOOL.function;
const tools: Anthropic.Tool[] = [{ name, description, input_schema: parameters }];

/** Anthropic's client, by `/v1/messages`. */
export const anthropicClient: ForeignClient = {
  name: "@anthropic-ai/sdk",
  cannot: { embed: "Anthropic's API has no embeddings" },
  note: "by `/v1/messages`",
  connect(baseURL) {
    const { messages } = new Anthropic({ baseURL, apiKey: "unused", maxRetries: 0 });
    return {
      chat: async () => textOf(await messages.create({ ...asked, messages: [user(QUESTION)] })),
      async stream() {
        const pieces: string[] = [];
        for await (const event of messages.stream({ ...asked, messages: [user(QUESTION)] })) {
          if (event.type === "content_block_delta" && event.delta.type === "text_delta") pieces.push(event.delta.text);
        }
        return pieces;
      },
      async structure() {
        const format = { type: "json_schema" as const, schema: PERSON_SCHEMA };
        const request = { ...asked, messages: [user(PERSON_QUESTION)], output_config: { format } };
        return JSON.parse(textOf(await messages.create(request))) as unknown;
      },
      async callTool() {
        const question = user(WEATHER_QUESTION);
        const { content } = await messages.create({ ...asked, messages: [question], tools });
        const call = content.find((block) => block.type === "tool_use");
        if (call === undefined) throw new Error("no call");
        const result = { type: "tool_result" as const, tool_use_id: call.id, content: WEATHER };
        const last = await messages.create({
          ...asked,
          messages: [question, { role: "assistant", content }, { role: "user", content: [result] }],
          tools,
        });
        return { name: call.name, input: call.input, answer: textOf(last) };
      },
      askUnknownModel: async () => messages.create({ ...asked, model: UNKNOWN_MODEL, messages: [user(QUESTION)] }),
    };
  },
};

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

import OpenAI from "openai";
import {
  type ForeignClient,
  PERSON_QUESTION,
  PERSON_SCHEMA,
  QUESTION,
  TEXTS,
  UNKNOWN_MODEL,
  WEATHER,
  WEATHER_QUESTION,
  WEATHER_TOOL,
} from "./client-tasks.js";

const asked = { model: "codo-tiny", temperature: 0, reasoning_effort: "none" as const };
const user = (content: string) => ({ role: "user" as const, content });

/** OpenAI's client, by `/v1`. */
export const openaiClient: ForeignClient = {
  name: "openai",
  cannot: {},
  note: "by `/v1`; `responses` too",
  connect(url) {
    const { chat, embeddings } = new OpenAI({ baseURL: `${url}/v1`, apiKey: "unused", maxRetries: 0 });
    return {
      async chat() {
        const reply = await chat.completions.create({ ...asked, messages: [user(QUESTION)] });
        return reply.choices[0]?.message.content ?? "";
      },
      async stream() {
        const pieces: string[] = [];
        const stream = await chat.completions.create({ ...asked, messages: [user(QUESTION)], stream: true });
        for await (const { choices } of stream) pieces.push(choices[0]?.delta.content ?? "");
        return pieces;
      },
      async embed() {
        const { data } = await embeddings.create({ model: "codo-tiny-embed", input: TEXTS });
        return data.map(({ embedding }) => embedding);
      },
      async structure() {
        const reply = await chat.completions.parse({
          ...asked,
          messages: [user(PERSON_QUESTION)],
          response_format: { type: "json_schema", json_schema: { name: "person", schema: PERSON_SCHEMA } },
        });
        return JSON.parse(reply.choices[0]?.message.content ?? "") as unknown;
      },
      async callTool() {
        const messages = [user(WEATHER_QUESTION)];
        const reply = await chat.completions.create({ ...asked, messages, tools: [WEATHER_TOOL] });
        const message = reply.choices[0]?.message;
        const call = message?.tool_calls?.[0];
        if (message === undefined || call?.type !== "function") throw new Error("no call");
        const result = { role: "tool" as const, tool_call_id: call.id, content: WEATHER };
        const last = await chat.completions.create({
          ...asked,
          messages: [...messages, message, result],
          tools: [WEATHER_TOOL],
        });
        return {
          name: call.function.name,
          input: JSON.parse(call.function.arguments) as unknown,
          answer: last.choices[0]?.message.content ?? "",
        };
      },
      askUnknownModel: async () => chat.completions.create({ model: UNKNOWN_MODEL, messages: [user(QUESTION)] }),
    };
  },
};

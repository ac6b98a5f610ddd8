import { Ollama } from "ollama";
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

const asked = { model: "codo-tiny", think: false, options: { temperature: 0 } };
const user = (content: string) => ({ role: "user", content });

/** The official client. */
export const officialClient: ForeignClient = {
  name: "ollama",
  cannot: {},
  note: "its examples are in the second table; its own 34 tests replace `fetch` or a private method, and never speak to a server",
  connect(host) {
    const client = new Ollama({ host });
    return {
      chat: async () => (await client.chat({ ...asked, messages: [user(QUESTION)] })).message.content,
      async stream() {
        const pieces: string[] = [];
        for await (const { message } of await client.chat({ ...asked, messages: [user(QUESTION)], stream: true })) {
          pieces.push(message.content);
        }
        return pieces;
      },
      embed: async () => (await client.embed({ model: "codo-tiny-embed", input: TEXTS })).embeddings,
      async structure() {
        const { message } = await client.chat({ ...asked, messages: [user(PERSON_QUESTION)], format: PERSON_SCHEMA });
        return JSON.parse(message.content) as unknown;
      },
      async callTool() {
        const messages = [user(WEATHER_QUESTION)];
        const { message } = await client.chat({ ...asked, messages, tools: [WEATHER_TOOL] });
        const { name = "", arguments: input } = message.tool_calls?.[0]?.function ?? {};
        const result = { role: "tool", tool_name: name, content: WEATHER };
        const last = await client.chat({ ...asked, messages: [...messages, message, result], tools: [WEATHER_TOOL] });
        return { name, input, answer: last.message.content };
      },
      askUnknownModel: () => client.chat({ model: UNKNOWN_MODEL, messages: [user(QUESTION)] }),
    };
  },
};

import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOllama, OllamaEmbeddings } from "@langchain/ollama";
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

/** LangChain's package for Ollama. */
export const langchainClient: ForeignClient = {
  name: "@langchain/ollama",
  cannot: {},
  note: "its own retries are switched off",
  connect(baseUrl) {
    const common = { baseUrl, maxRetries: 0 };
    const model = new ChatOllama({ ...common, model: "codo-tiny", temperature: 0, think: false });
    return {
      chat: async () => String((await model.invoke(QUESTION)).content),
      async stream() {
        const pieces: string[] = [];
        for await (const { content } of await model.stream(QUESTION)) pieces.push(String(content));
        return pieces;
      },
      embed: () => new OllamaEmbeddings({ ...common, model: "codo-tiny-embed" }).embedDocuments(TEXTS),
      structure: () => model.withStructuredOutput(PERSON_SCHEMA, { method: "jsonSchema" }).invoke(PERSON_QUESTION),
      async callTool() {
        const withTools = model.bindTools([WEATHER_TOOL]);
        const question = new HumanMessage(WEATHER_QUESTION);
        const message = await withTools.invoke([question]);
        const { name = "", args, id = "" } = message.tool_calls?.[0] ?? {};
        const result = new ToolMessage({ content: WEATHER, tool_call_id: id, name });
        return { name, input: args, answer: String((await withTools.invoke([question, message, result])).content) };
      },
      askUnknownModel: () => new ChatOllama({ ...common, model: UNKNOWN_MODEL }).invoke(QUESTION),
    };
  },
};

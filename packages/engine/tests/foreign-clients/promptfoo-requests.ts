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

interface Line {
  error?: string;
  response?: string;
  message?: { role: string; content: string; tool_calls?: { function: { name: string; arguments: unknown } }[] };
}

const asked = { model: "codo-tiny", think: false, keep_alive: "5m", options: { temperature: 0, num_predict: 200 } };
const user = (content: string) => ({ role: "user", content });

/**
 * What promptfoo's provider for Ollama sends, made again from its documentation: `ollama:chat` posts to `/api/chat`
 * without `stream` and reads the lines, `ollama:completion` to `/api/generate` with `stream: false`,
 * `ollama:embeddings` one text at a time to `/api/embed` with `truncate: false`; members of `options` that it does not
 * know stand at the top.
 */
export const promptfooRequests: ForeignClient = {
  name: "promptfoo",
  version: "0.123",
  cannot: {},
  note: "its requests, made again from its documentation; promptfoo itself is in the last table",
  connect(url) {
    const post = async (path: string, body: object): Promise<Line[]> => {
      const response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const lines = (await response.text()).split("\n").filter((line) => line.trim() !== "");
      const parsed = lines.map((line) => JSON.parse(line) as Line);
      for (const { error } of parsed) if (error !== undefined) throw new Error(error);
      return parsed;
    };
    const chat = (messages: object[], more: object = {}) => post("/api/chat", { ...asked, messages, ...more });
    const contents = (lines: Line[]): string[] => lines.map(({ message }) => message?.content ?? "");
    return {
      async chat() {
        const [answer] = await post("/api/generate", { ...asked, prompt: QUESTION, stream: false });
        return answer?.response ?? "";
      },
      stream: async () => contents(await chat([user(QUESTION)])),
      async embed() {
        const vectors: number[][] = [];
        for (const input of TEXTS) {
          const body = { model: "codo-tiny-embed", input, truncate: false, options: {} };
          const [answer] = (await post("/api/embed", body)) as { embeddings?: number[][] }[];
          vectors.push(...(answer?.embeddings ?? []));
        }
        return vectors;
      },
      structure: async () =>
        JSON.parse(contents(await chat([user(PERSON_QUESTION)], { format: PERSON_SCHEMA })).join("")) as unknown,
      async callTool() {
        const messages = [user(WEATHER_QUESTION)];
        const lines = await chat(messages, { tools: [WEATHER_TOOL] });
        const calls = lines.flatMap(({ message }) => message?.tool_calls ?? []);
        const called = { role: "assistant", content: "", tool_calls: calls };
        const result = { role: "tool", content: WEATHER, tool_name: calls[0]?.function.name };
        const last = await chat([...messages, called, result], { tools: [WEATHER_TOOL] });
        const { name = "", arguments: input } = calls[0]?.function ?? {};
        return { name, input, answer: contents(last).join("") };
      },
      askUnknownModel: () => post("/api/chat", { ...asked, model: UNKNOWN_MODEL, messages: [user(QUESTION)] }),
    };
  },
};

import { createFetch } from "@codo/ollama-core";
import { ChatOllama } from "@langchain/ollama";

/** LangChain over our transport. */
export async function askLangchain(baseUrl: string): Promise<string> {
  const model = new ChatOllama({ baseUrl, model: "codo-tiny", fetch: createFetch() });
  const reply = await model.invoke("Why is the sky blue?");
  return String(reply.content);
}

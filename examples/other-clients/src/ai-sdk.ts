import { createFetch } from "@codo/ollama-core";
import { generateText } from "ai";
import { createOllama } from "ollama-ai-provider-v2";

/** The AI SDK over our transport; its own retries are switched off. */
export async function askAiSdk(host: string): Promise<string> {
  const ollama = createOllama({ baseURL: `${host}/api`, fetch: createFetch() });
  const { text } = await generateText({ model: ollama("codo-tiny"), prompt: "Why is the sky blue?", maxRetries: 0 });
  return text;
}

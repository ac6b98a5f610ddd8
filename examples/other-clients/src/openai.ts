import { createFetch } from "@codo/ollama-core";
import OpenAI from "openai";

/** `openai` over our transport; its own retries and its limit of ten minutes are switched off. */
export async function askOpenai(host: string): Promise<string> {
  const baseURL = `${host}/v1`;
  const openai = new OpenAI({ baseURL, apiKey: "ollama", fetch: createFetch(), maxRetries: 0, timeout: 2 ** 31 - 1 });
  const messages = [{ role: "user" as const, content: "Why is the sky blue?" }];
  const reply = await openai.chat.completions.create({ model: "codo-tiny", messages });
  return reply.choices[0]?.message.content ?? "";
}

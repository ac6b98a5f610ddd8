import { createFetch } from "@codo/ollama-core";
import { Ollama } from "ollama";

/** The official client over our transport. */
export async function askOfficial(host: string): Promise<string> {
  const ollama = new Ollama({ host, fetch: createFetch() });
  const reply = await ollama.chat({
    model: "codo-tiny",
    messages: [{ role: "user", content: "Why is the sky blue?" }],
  });
  return reply.message.content;
}

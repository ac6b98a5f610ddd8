import { createFetch } from "@codo/ollama-core";
import type { EngineFacts } from "@codo/ollama-engine";
import { formatBytes } from "../terminal/quantities.js";

const LIMIT_MS = 5000;

/** How to have codo's engine compute where another server does. */
export const TO_ENGINE =
  "To switch to the built-in engine: `codo server start --port 11500`, then --host http://127.0.0.1:11500.";

/** What the engine at an address computes with; `undefined` where another server answers, such as Ollama. */
export async function askEngine(url: string): Promise<EngineFacts | undefined> {
  const fetch = createFetch({ host: url, retry: false, timeouts: { totalMs: LIMIT_MS } });
  const response = await fetch(new URL("/api/engine", url)).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const facts = (await response.json()) as Record<string, unknown>;
  if (typeof facts.computes !== "string") return undefined;
  return {
    computes: facts.computes,
    threads: Number(facts.threads),
    availableMemoryBytes: Number(facts.available_memory),
    ...(typeof facts.llama_server === "string" && { llamaServer: facts.llama_server }),
  };
}

/** What an engine computes with, in words. */
export function describeFacts({ computes, threads, availableMemoryBytes }: EngineFacts): string {
  const means = computes === "llama.cpp" ? "its own llama.cpp" : computes;
  return `${means}: ${threads} ${threads === 1 ? "thread" : "threads"}, ${formatBytes(availableMemoryBytes)} of memory for a model`;
}

/** How to have something else compute. */
export function toOther({ computes, llamaServer }: EngineFacts): string {
  const ollama = "an Ollama that runs is used before the engine, or name a server with --host";
  if (computes !== "llama.cpp" && computes !== "nothing") {
    return `To switch: unset CODO_ENGINE_LLAMA_SERVER for the built-in llama.cpp; ${ollama}.`;
  }
  const named = llamaServer === undefined ? "PATH (llama.cpp's llama-server)" : `auto (${llamaServer})`;
  return `To switch: CODO_ENGINE_LLAMA_SERVER=${named}; ${ollama}.`;
}

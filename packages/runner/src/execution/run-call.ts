import type { ExecutionRequest } from "@codo/ollama-contract";

/**
 * What a run takes beside its model, its input and its options: system prompt, images, tools, thinking, log
 * probabilities, keep-alive, deadlines and the signal that ends it.
 */
export type RunCall = Omit<ExecutionRequest, "model" | "prompt" | "messages" | "options">;

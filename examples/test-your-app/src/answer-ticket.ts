import type { ModelExecutor } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";

/** A part of an application: it answers a ticket by the documents of the product. */
export async function answerTicket(models: ModelExecutor, model: string, ticket: string): Promise<string> {
  const documents = ["Refunds take three days.", "The capital of France is Paris."];
  const result = await new ModelRunner(models).runWithContext(model, ticket, documents, { temperature: 0 });
  if (!result.success) return "Somebody will answer you soon.";
  return result.response;
}

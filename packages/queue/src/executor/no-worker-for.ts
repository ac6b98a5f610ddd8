import { OllamaError } from "@codo/ollama-contract";
import { shortModelName } from "../connection/queue-names.js";

/** The error of a request for a model that none of the workers has. */
export function noWorkerFor(model: string, served: readonly string[]): OllamaError {
  const others = served.length === 0 ? "" : ` They have: ${served.map(shortModelName).join(", ")}.`;
  return new OllamaError("MODEL_NOT_FOUND", `No worker of the queue has model "${model}".${others}`, {
    advice: "Start a worker beside a server that has it, or pull it there.",
    details: { model, served, queue: true },
  });
}

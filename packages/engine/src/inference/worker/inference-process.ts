/** Entry of the process that computes: it loads one model, then answers the messages of its parent. */
import { InferenceError } from "../inference-error.js";
import type { FromWorker, ToWorker, WireError } from "../protocol.js";
import { loadEngine } from "./engine.js";
import { Worker } from "./worker.js";

/** Nothing here needs to be saved, and a thread of llama.cpp may be computing: ending at once is the safe way out. */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

function send(message: FromWorker): void {
  // When the parent is gone, `disconnect` ends this process; a failed write says the same.
  process.send?.(message, undefined, undefined, (error) => {
    if (error !== null) endAtOnce();
  });
}

function toWireError(error: unknown): WireError {
  if (error instanceof InferenceError) {
    return { reason: error.reason, message: error.message, details: error.details };
  }
  return { reason: "compute", message: error instanceof Error ? error.message : String(error), details: {} };
}

let worker: Promise<Worker> | undefined;

async function load(options: Extract<ToWorker, { type: "load" }>["options"]): Promise<Worker> {
  const engine = await loadEngine(options);
  send({ type: "loaded", info: engine.info });
  return new Worker(engine, options, send, toWireError);
}

process.on("disconnect", endAtOnce);
// The terminal sends these to the whole group; the parent decides when this process ends.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("message", (message: ToWorker) => {
  if (message.type === "load") {
    worker = load(message.options);
    worker.catch((error: unknown) => send({ type: "failed", error: toWireError(error) }));
  } else {
    worker?.then((ready) => ready.handle(message)).catch(() => {});
  }
});
if (!process.connected) endAtOnce();

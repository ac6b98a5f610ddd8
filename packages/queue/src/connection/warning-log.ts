import { OllamaError } from "@codo/ollama-contract";
import type { QueueAddress } from "./queue-address.js";

const QUIET_MS = 30_000;

/** Passes on what goes wrong with a connection: without credentials, and not again and again while it is down. */
export class WarningLog {
  readonly #label: string;
  readonly #warn: ((message: string) => void) | undefined;
  readonly #reportedAtMs: Map<string, number> = new Map();

  constructor({ label }: QueueAddress, warn: ((message: string) => void) | undefined) {
    this.#label = label;
    this.#warn = warn;
  }

  report(problem: Error | string): void {
    const said = typeof problem === "string" ? problem : `The queue at ${this.#label}: ${problem.message}`;
    // An OllamaError takes credentials out of its message.
    const { message } = new OllamaError("SERVER_UNAVAILABLE", said);
    const nowMs = performance.now();
    if (nowMs - (this.#reportedAtMs.get(message) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.#reportedAtMs.set(message, nowMs);
    this.#warn?.(message);
  }
}

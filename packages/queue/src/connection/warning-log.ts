import { OllamaError } from "@codo/ollama-contract";
import type { QueueAddress } from "./queue-address.js";

const QUIET_MS = 30_000;

/** Passes on what goes wrong with a connection: without credentials, and not again and again while it is down. */
export class WarningLog {
  readonly #label: string;
  readonly #tell: ((message: string) => void) | undefined;
  readonly #toldAtMs: Map<string, number> = new Map();

  constructor({ label }: QueueAddress, tell: ((message: string) => void) | undefined) {
    this.#label = label;
    this.#tell = tell;
  }

  tell(problem: Error | string): void {
    const said = typeof problem === "string" ? problem : `The queue at ${this.#label}: ${problem.message}`;
    // An OllamaError takes credentials out of its message.
    const { message } = new OllamaError("SERVER_UNAVAILABLE", said);
    const nowMs = performance.now();
    if (nowMs - (this.#toldAtMs.get(message) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    this.#toldAtMs.set(message, nowMs);
    this.#tell?.(message);
  }
}

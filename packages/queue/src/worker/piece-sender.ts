import type { ExecutionEvent } from "@codo/ollama-contract";

/** What a caller is sent of an answer while it is made. */
export type Piece = Exclude<ExecutionEvent, { type: "start" | "end" }>;

/** Pieces of one attempt, as they go through the queue. */
export interface Pieces {
  attempt: number;
  pieces: Piece[];
}

/** Sends pieces as they come; those that come while others are on the way go together. */
export class PieceSender {
  readonly #send: (pieces: Pieces) => Promise<unknown>;
  readonly #attempt: number;
  #waiting: Piece[] = [];
  #sending: Promise<void> | undefined;

  constructor(attempt: number, send: (pieces: Pieces) => Promise<unknown>) {
    this.#attempt = attempt;
    this.#send = send;
  }

  add(piece: Piece): void {
    this.#waiting.push(piece);
    this.#sending ??= this.#drain();
  }

  /** Resolves when nothing is on the way any more. */
  async flushed(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    // What comes in the same turn goes along.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) {
        const pieces = this.#waiting.splice(0);
        await this.#send({ attempt: this.#attempt, pieces });
      }
    } catch {
      // The whole answer comes with the result; pieces only come earlier.
      this.#waiting = [];
    } finally {
      this.#sending = undefined;
    }
  }
}

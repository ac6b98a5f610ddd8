import type { OutputManager } from "@codo/ollama-output";

/** How long a deletion can be taken back. */
const UNDO_MS = 15_000;

/** Deletions that can still be taken back: the records are hidden at once, and removed when the time is over. */
export class Trash {
  readonly #output: Pick<OutputManager, "deleteOutput">;
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  constructor(output: Pick<OutputManager, "deleteOutput">) {
    this.#output = output;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  add(id: string): void {
    if (this.has(id)) return;
    // Where the removal fails the record is shown again.
    const remove = (): void => void this.#remove(id).catch(() => undefined);
    this.#waiting.set(id, setTimeout(remove, UNDO_MS));
  }

  /** Takes a deletion back; `false` when it is too late. */
  restore(id: string): boolean {
    clearTimeout(this.#waiting.get(id));
    return this.#waiting.delete(id);
  }

  /** Removes what waits, now. */
  async empty(): Promise<void> {
    await Promise.allSettled([...this.#waiting.keys()].map((id) => this.#remove(id)));
  }

  async #remove(id: string): Promise<void> {
    clearTimeout(this.#waiting.get(id));
    try {
      await this.#output.deleteOutput(id);
    } finally {
      this.#waiting.delete(id);
    }
  }
}

import type { ServerResponse } from "node:http";
import type { ExecutionEvent, ExecutionHandle } from "@codo/ollama-contract";

/** An event of a run that is shown as it comes. */
export type RunEvent = ExecutionEvent | { type: "kept" } | { type: "failed"; message: string };

/**
 * A run that goes on whoever looks: its events are kept, so that a page which was reloaded has them again from the
 * beginning, or from the last one that it saw.
 */
export class LiveRun {
  readonly id: string;
  readonly #handle: ExecutionHandle;
  readonly #events: string[] = [];
  readonly #readers = new Set<ServerResponse>();
  #isOver = false;

  constructor(handle: ExecutionHandle) {
    this.id = handle.id;
    this.#handle = handle;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Follows the run to its end. */
  async follow(keep: (event: Extract<ExecutionEvent, { type: "end" }>) => Promise<unknown>): Promise<void> {
    try {
      for await (const event of this.#handle) {
        this.#tell(event);
        if (event.type !== "end") continue;
        await keep(event);
        this.#tell({ type: "kept" });
      }
    } catch (error) {
      this.#tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#isOver = true;
      for (const reader of this.#readers) reader.end();
      this.#readers.clear();
    }
  }

  cancel(): void {
    this.#handle.cancel();
  }

  /** Sends the events that there are, and then each as it comes. @param after - the last one that the reader has seen */
  stream(response: ServerResponse, after: number): void {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    response.write(this.#events.slice(after + 1).join(""));
    if (this.#isOver) {
      response.end();
      return;
    }
    this.#readers.add(response);
    response.on("close", () => this.#readers.delete(response));
  }

  #tell(event: RunEvent): void {
    const line = `id: ${this.#events.length}\ndata: ${JSON.stringify(event)}\n\n`;
    this.#events.push(line);
    for (const reader of this.#readers) reader.write(line);
  }
}

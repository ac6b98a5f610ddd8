import type { ServerResponse } from "node:http";
import { OllamaError } from "@codo/ollama-contract";
import type { UiManager } from "./ui-manager.js";

/** Where the download of a model is. */
export interface PullState {
  model: string;
  state: "running" | "done" | "failed" | "cancelled";
  /** The server's words for the present step. */
  status: string;
  completedBytes: number;
  totalBytes: number;
  bytesPerSecond?: number;
  etaSeconds?: number;
  /** Why it failed. */
  error?: string;
}

/** A download says more often how far it is than anyone can read. */
const TELL_EVERY_MS = 200;

/** Downloads, which go on whoever looks: a page that was reloaded, or a second one, sees where they are. */
export class Pulls {
  readonly #manager: Pick<UiManager, "downloadModel" | "lastError">;
  readonly #states = new Map<string, PullState>();
  readonly #cancellers = new Map<string, AbortController>();
  readonly #readers = new Set<ServerResponse>();
  #next: NodeJS.Timeout | undefined;

  constructor(manager: Pick<UiManager, "downloadModel" | "lastError">) {
    this.#manager = manager;
  }

  /** Begins a download, unless it runs. */
  start(model: string): PullState {
    const known = this.#states.get(model);
    if (known?.state === "running") return known;
    const state: PullState = { model, state: "running", status: "starting", completedBytes: 0, totalBytes: 0 };
    const canceller = new AbortController();
    this.#states.set(model, state);
    this.#cancellers.set(model, canceller);
    void this.#follow(state, canceller.signal);
    this.#tell();
    return state;
  }

  /** Ends a download; what came is kept by the server for the next one. */
  cancel(model: string): void {
    const canceller = this.#cancellers.get(model);
    if (canceller === undefined) throw new OllamaError("INVALID_REQUEST", `No download of "${model}" runs.`);
    canceller.abort();
  }

  stop(): void {
    clearTimeout(this.#next);
    for (const canceller of this.#cancellers.values()) canceller.abort();
    for (const reader of this.#readers) reader.end();
  }

  /** Sends all states now, and whenever one changes. */
  stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    response.write(this.#message());
    this.#readers.add(response);
    response.on("close", () => this.#readers.delete(response));
  }

  async #follow(state: PullState, signal: AbortSignal): Promise<void> {
    try {
      const isThere = await this.#manager.downloadModel(state.model, {
        signal,
        onProgress: ({ status, completedBytes, totalBytes, bytesPerSecond, etaSeconds }) => {
          Object.assign(state, { status, completedBytes, totalBytes, bytesPerSecond, etaSeconds });
          this.#tell();
        },
      });
      state.state = isThere ? "done" : "failed";
      if (!isThere) state.error = this.#manager.lastError?.message ?? "The server did not say why.";
    } catch (error) {
      state.state = signal.aborted ? "cancelled" : "failed";
      if (!signal.aborted) state.error = error instanceof Error ? error.message : String(error);
    } finally {
      this.#cancellers.delete(state.model);
      this.#tell();
    }
  }

  #tell(): void {
    this.#next ??= setTimeout(() => {
      this.#next = undefined;
      for (const reader of this.#readers) reader.write(this.#message());
    }, TELL_EVERY_MS);
  }

  #message(): string {
    return `data: ${JSON.stringify([...this.#states.values()])}\n\n`;
  }
}

import type { ServerResponse } from "node:http";
import { Journal } from "@codo/ollama-runner/batch-kit";
import { GrowingJournal } from "./growing-journal.js";
import type { JournalItem } from "./journal-item.js";
import type { JournalRetries, RetryState } from "./journal-retries.js";
import type { JournalCounts, JournalFailure } from "./journal-tally.js";

/** How far a batch is, and whether it still runs. */
export interface JournalProgress extends JournalCounts {
  /** `stopped` before its last item, or where nobody knows how many there are. */
  state: "running" | "done" | "stopped";
  /** The last retry of its failures from this page. */
  retry?: RetryState;
}

/** What a batch came to so far. */
export interface JournalSummary extends JournalProgress {
  /** Lines of the journal, also of items that ran more than once. */
  lines: number;
  failures: JournalFailure[];
  /** Items, the newest first. */
  items: JournalItem[];
}

const LOOK_EVERY_MS = 500;
const MOST_JOURNALS = 8;

/** The journals that somebody looks at. */
export class JournalWatch {
  readonly #retries: JournalRetries;
  readonly #journals = new Map<string, GrowingJournal>();
  readonly #readers = new Set<ServerResponse>();

  constructor(retries: JournalRetries) {
    this.#retries = retries;
  }

  async summary(path: string, { skip, most }: { skip: number; most: number }): Promise<JournalSummary> {
    const journal = this.#journal(path);
    const progress = await this.#progress(path, journal);
    return {
      ...progress,
      lines: journal.length,
      failures: journal.tally.failures(),
      items: await journal.items(skip, most),
    };
  }

  /** Sends how far the batch is, now and whenever that changes. */
  async stream(path: string, response: ServerResponse): Promise<void> {
    const journal = this.#journal(path);
    let told = "";
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking) return;
      isLooking = true;
      const text = JSON.stringify(await this.#progress(path, journal));
      if (text !== told) response.write(`data: ${text}\n\n`);
      told = text;
      isLooking = false;
    };
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    // A journal that went away ends the stream; the page then asks for it, and is told so.
    const timer = setInterval(() => void look().catch(() => response.end()), LOOK_EVERY_MS);
    this.#readers.add(response);
    response.on("close", () => {
      clearInterval(timer);
      this.#readers.delete(response);
    });
    await look();
  }

  stop(): void {
    for (const reader of this.#readers) reader.end();
  }

  async #progress(path: string, journal: GrowingJournal): Promise<JournalProgress> {
    await journal.look();
    const counts = journal.tally.counts();
    const isDone = counts.total !== undefined && counts.finished >= counts.total;
    const retry = this.#retries.stateOf(path);
    return {
      ...counts,
      state: (await Journal.isOpen(path)) ? "running" : isDone ? "done" : "stopped",
      ...(retry === undefined ? {} : { retry }),
    };
  }

  #journal(path: string): GrowingJournal {
    const known = this.#journals.get(path) ?? new GrowingJournal(path);
    this.#journals.delete(path);
    this.#journals.set(path, known);
    for (const oldest of [...this.#journals.keys()].slice(0, -MOST_JOURNALS)) this.#journals.delete(oldest);
    return known;
  }
}

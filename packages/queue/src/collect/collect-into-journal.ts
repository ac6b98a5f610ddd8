import { Journal, KeyStates } from "@codo/ollama-runner/batch-kit";
import { Backend } from "../connection/backend.js";
import { Fleet } from "../fleet/fleet.js";
import { collectPages } from "./collect-batch.js";
import type { CollectedResult, CollectOptions } from "./collect-options.js";
import type { ResultPage } from "./result-scan.js";

/** How a batch is collected into a journal. */
export interface JournalOptions extends CollectOptions {
  /** Path of the journal: a new file, or the one that the batch had before. */
  journal: string;
  /** Called with each result that was written down now. */
  onResult?: (result: CollectedResult) => void;
}

/** What a collecting came to. */
export interface Collection {
  /** Results that were written down now. */
  collected: number;
  failed: number;
  journal: string;
}

/**
 * Writes the results of a batch into a journal: one line for each item, however often they are collected. A result
 * leaves the queue only when its line is safe on the disk.
 * @throws OllamaError as `collectBatch`; `STORAGE_FAILED` where the journal cannot be written
 */
export async function collectIntoJournal(options: JournalOptions): Promise<Collection> {
  const journal = await openJournal(options);
  const written = new WrittenKeys(journal);
  let collected = 0;
  let failed = 0;
  const take = async ({ results }: ResultPage): Promise<void> => {
    const appends: Promise<void>[] = [];
    for (const item of results) {
      const { key, index, result } = item;
      // One after the other: a journal looks up one line at a time. What is new is written together.
      if (!(await written.isNew(key, result.success))) continue;
      const append = journal.append({ key, index, result }).then(() => {
        collected++;
        if (!result.success) failed++;
        options.onResult?.(item);
      });
      append.catch(() => {});
      appends.push(append);
    }
    await Promise.all(appends);
  };
  try {
    for await (const page of collectPages(options)) await take(page);
  } finally {
    await journal.close();
  }
  return { collected, failed, journal: journal.path };
}

async function openJournal(options: JournalOptions): Promise<Journal> {
  const backend = await Backend.open(options);
  try {
    const { model, modelDigest, options: batch } = await new Fleet(backend).batch(options.id);
    const owner = { model, modelDigest, options: batch, retryErrors: false, onMismatch: "refuse" } as const;
    return await Journal.open(options.journal, owner);
  } finally {
    await backend.close();
  }
}

const FAILURE = 1;
const SUCCESS = 2;

/** What stands in a journal: from before, and from now. A queue may give a result twice, its journal holds it once. */
class WrittenKeys {
  readonly #journal: Journal;
  readonly #now: KeyStates = new KeyStates();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Notes that a result is written now, unless one stands there; a failure may be followed by a success. */
  async isNew(key: string, isSuccess: boolean): Promise<boolean> {
    const state = isSuccess ? SUCCESS : FAILURE;
    if ((this.#now.get(key) ?? 0) >= state) return false;
    const before = (await this.#journal.find(key))?.result.success;
    if ((before === undefined ? 0 : before ? SUCCESS : FAILURE) >= state) return false;
    this.#now.set(key, state);
    return true;
  }
}

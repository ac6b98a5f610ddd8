import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { OllamaError, sameModelName } from "@codo/ollama-contract";
import { findReplaceable, isLocked, readFileLines, storageFailed } from "@codo/ollama-node-kit";
import { AppendQueue } from "./append-queue.js";
import { HashTable } from "./hash-table.js";
import { canonicalJson } from "./item-key.js";
import { JournalFile } from "./journal-file.js";
import { formatLine, type JournalLine, LINE_START, parseLine, readJournalLines } from "./journal-line.js";
import { LineReader } from "./line-reader.js";

const KEPT_ADVICE = "Results that are in it are safe; free the disk or choose another path and run the batch again.";

/** The batch that a journal is opened for. */
export interface JournalOwner {
  model: string;
  /** The digest of the model, where it is known. */
  modelDigest?: string | undefined;
  /** Those of models that items name, by their names. */
  modelDigests?: Readonly<Record<string, string>> | undefined;
  /** Options of the batch as they matter for answers. */
  options: Record<string, unknown>;
  retryErrors: boolean;
  onMismatch: "refuse" | "continue";
  /** Items of the batch, where their number is known. */
  total?: number | undefined;
}

/**
 * The memory of a batch on disk: one line for each finished item, only ever appended to. Finished items are known by
 * a table of 16 bytes each; their results stay in the file until they are asked for.
 */
export class Journal {
  readonly path: string;
  #owner: JournalOwner;
  readonly #finished: HashTable = new HashTable();
  readonly #file: JournalFile;
  readonly #appends: AppendQueue;
  readonly #lines: LineReader;

  private constructor(path: string, owner: JournalOwner, file: JournalFile) {
    this.path = path;
    this.#owner = owner;
    this.#file = file;
    this.#appends = new AppendQueue(file.handle);
    this.#lines = new LineReader(file.handle);
  }

  /**
   * Opens a journal, or begins one. A last line that was torn by a kill is taken off.
   * @throws OllamaError `STORAGE_FAILED` when another process writes it or the disk refuses, `INVALID_REQUEST` when
   * the file is no journal or belongs to another model or other options
   */
  static async open(path: string, owner: JournalOwner): Promise<Journal> {
    return await Journal.#open(path, owner, async (journal) => void (await journal.#load()));
  }

  /**
   * Opens a journal that a batch has written, to run its failures again: its last line says whose it is.
   * @throws OllamaError `STORAGE_FAILED` when there is none or another process writes it, `INVALID_REQUEST` when the file
   * is no journal
   */
  static async reopen(path: string): Promise<Journal> {
    try {
      await stat(path);
    } catch (cause) {
      throw storageFailed("read the journal", path, { cause, advice: "Name the journal that a batch has written." });
    }
    const unknown: JournalOwner = { model: "", options: {}, retryErrors: true, onMismatch: "continue" };
    return await Journal.#open(path, unknown, async (journal) => {
      const last = await journal.#load();
      if (last === undefined) throw notAJournal(journal.path, "");
      const { model, options, total } = last;
      journal.#owner = { ...unknown, model, options, total };
    });
  }

  static async #open(path: string, owner: JournalOwner, load: (journal: Journal) => Promise<void>): Promise<Journal> {
    const absolute = resolve(path);
    let file: JournalFile | undefined;
    try {
      file = await JournalFile.open(absolute);
      const journal = new Journal(absolute, owner, file);
      await load(journal);
      return journal;
    } catch (cause) {
      await file?.close();
      throw storageFailed("open the journal", absolute, { cause, advice: KEPT_ADVICE });
    }
  }

  /** The batch that it is of. */
  get owner(): Readonly<JournalOwner> {
    return this.#owner;
  }

  /** Whether a batch writes the journal now, in whichever process. */
  static async isOpen(path: string): Promise<boolean> {
    return await isLocked((await findReplaceable(resolve(path))).path);
  }

  /** The line of an item that finished; `undefined` for one that has to run. */
  async find(key: string): Promise<JournalLine | undefined> {
    const offset = this.#finished.get(key);
    if (offset === undefined || offset < 0) return undefined;
    const line = parseLine(await this.#lines.readAt(offset));
    // Two keys could share a hash: then the line is another item's, and this one has not run.
    return line?.key === key ? line : undefined;
  }

  /** The items that have to run again, each by the line of its last failure. Only of a journal that retries errors. */
  async *failures(): AsyncGenerator<JournalLine, void, undefined> {
    for await (const { line, offset } of readJournalLines(this.path)) {
      if (this.#finished.get(line.key) === failedAt(offset)) yield line;
    }
  }

  /**
   * Writes down a finished item; it is safe from a kill when this resolves.
   * @throws OllamaError `STORAGE_FAILED`, also when the file was deleted meanwhile
   */
  async append(line: Pick<JournalLine, "key" | "index" | "result" | "request">): Promise<void> {
    const { model, modelDigest, options, total } = this.#owner;
    const { key, index, result, request } = line;
    const finishedAt = new Date().toISOString();
    const known = {
      ...(modelDigest === undefined ? {} : { modelDigest }),
      ...(total === undefined ? {} : { total }),
      ...(request === undefined ? {} : { request }),
    };
    try {
      const written = this.#appends.append(
        formatLine({ schemaVersion: 1, key, index, model, options, finishedAt, ...known, result }),
      );
      await Promise.all([written, this.#file.assertKept()]);
    } catch (cause) {
      throw storageFailed("write the journal", this.path, { cause, advice: KEPT_ADVICE });
    }
  }

  /** @throws OllamaError `STORAGE_FAILED`, also when the file was deleted meanwhile; it is then put back */
  async close(): Promise<void> {
    try {
      try {
        await this.#appends.drain();
      } finally {
        await this.#file.close();
      }
    } catch (cause) {
      throw storageFailed("write the journal", this.path, { cause, advice: KEPT_ADVICE });
    }
  }

  /** Gives the last line. */
  async #load(): Promise<JournalLine | undefined> {
    let last: JournalLine | undefined;
    let isFirst = true;
    for await (const { text, offset, isComplete, isUtf8 } of readFileLines(this.path)) {
      const line = isUtf8 ? parseLine(text) : undefined;
      const isTorn = line === undefined && !isComplete;
      if (isFirst && line === undefined && !isPiece(text, isComplete)) throw notAJournal(this.path, text);
      isFirst = false;
      if (line !== undefined) this.#take(line, offset);
      if (isTorn) await this.#file.handle.truncate(offset);
      else if (!isComplete) await this.#file.handle.appendFile("\n");
      last = line ?? last;
    }
    return last;
  }

  #take(line: JournalLine, offset: number): void {
    if (this.#owner.onMismatch === "refuse") this.#assertSameBatch(line);
    const runsAgain = this.#owner.retryErrors && !line.result.success;
    this.#finished.set(line.key, runsAgain ? failedAt(offset) : offset);
  }

  #assertSameBatch(line: JournalLine): void {
    const { model, options } = this.#owner;
    const [made, now] = this.#digestsOf(line);
    if (made !== undefined && now !== undefined && made !== now) {
      const name = line.result.modelName;
      throw this.#mismatch(
        `The model "${name}" has changed since the journal "${this.path}" was made: its answers are those of the earlier one.`,
        { journal: { modelDigest: made }, batch: { modelDigest: now } },
      );
    }
    const isSame = sameModelName(line.model, model) && canonicalJson(line.options) === canonicalJson(options);
    if (isSame) return;
    throw this.#mismatch(
      `The journal "${this.path}" was made with model "${line.model}" and options ${JSON.stringify(line.options)}; this batch has model "${model}" and options ${JSON.stringify(options)}.`,
      { journal: { model: line.model, options: line.options }, batch: { model, options } },
    );
  }

  /** The digests of an item's model: when its line was made, and now. A line's own is that of the batch's model. */
  #digestsOf({ model, modelDigest, result }: JournalLine): [made: string | undefined, now: string | undefined] {
    const { modelName } = result;
    if (sameModelName(modelName, model)) return [modelDigest, this.#owner.modelDigest];
    const now = Object.entries(this.#owner.modelDigests ?? {}).find(([name]) => sameModelName(name, modelName));
    return [result.metadata?.model?.digest, now?.[1]];
  }

  #mismatch(message: string, facts: Record<string, unknown>): OllamaError {
    const advice = 'Use another journal, or pass onJournalMismatch: "continue" to continue it.';
    const details = { path: this.path, problem: "journal-mismatch", ...facts };
    return new OllamaError("INVALID_REQUEST", message, { advice, details });
  }
}

/** How the place of a failure differs from that of an answer: below 0, also for the first line. */
function failedAt(offset: number): number {
  return -1 - offset;
}

/** Whether a line that cannot be read was once one of a journal's. */
function isPiece(text: string, isComplete: boolean): boolean {
  return text.startsWith(LINE_START) || (!isComplete && LINE_START.startsWith(text));
}

function notAJournal(path: string, text: string): OllamaError {
  const version = /^\{"schemaVersion":(\d+),"key":/.exec(text)?.[1];
  const what =
    version === undefined
      ? "is not a journal of a batch"
      : `has schemaVersion ${version}, and this version reads 1: it is of a later version. Upgrade to continue it`;
  return new OllamaError(
    "INVALID_REQUEST",
    `The file "${path}" ${what}. It was not changed; choose another path for the journal.`,
    { details: { path, problem: "no-journal" } },
  );
}

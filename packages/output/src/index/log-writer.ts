import { randomBytes } from "node:crypto";
import { closeSync, fstatSync } from "node:fs";
import { join } from "node:path";
import type { FileOperations } from "../files/file-operations.js";
import { errorCode } from "../files/storage-error.js";
import type { IndexPaths } from "./index-paths.js";
import { encodeLogLine, type LogLine } from "./log-line.js";
import { OWNER_PREFIX } from "./log-owner.js";

/** A log is closed and a new one begun at this size, so that consumed logs can be deleted. */
const MAX_LOG_BYTES = 4 << 20;

/**
 * The append-only log of one writer. No other process ever writes to it, so no lock is needed; a line that a kill or a
 * full disk cut short is ended by the newline that starts the next append.
 */
export class LogWriter {
  readonly #paths: IndexPaths;
  readonly #files: FileOperations;
  #open: { descriptor: number; path: string; sizeBytes: number } | undefined;
  #torn = false;

  constructor(paths: IndexPaths, files: FileOperations) {
    this.#paths = paths;
    this.#files = files;
  }

  /** The open log's path, for `fsync`; `undefined` before the first append. */
  get path(): string | undefined {
    return this.#open?.path;
  }

  /** Appends lines with one write. A log that was deleted under the writer is replaced. */
  append(lines: readonly LogLine[]): void {
    const text = lines.map(encodeLogLine).join("");
    if ((this.#open?.sizeBytes ?? 0) > MAX_LOG_BYTES) this.close();
    this.#write(text);
    if (this.#open !== undefined && fstatSync(this.#open.descriptor).nlink === 0) {
      closeSync(this.#open.descriptor);
      this.#open = undefined;
      this.#write(text);
    }
  }

  /** Says that nothing follows, so that the log can be deleted once its lines are merged. */
  close(): void {
    if (this.#open === undefined) return;
    const { descriptor } = this.#open;
    try {
      this.#write(encodeLogLine({ op: "end" }));
    } catch {
      // A log without its end is taken for a dead writer's later on.
    } finally {
      closeSync(descriptor);
      this.#open = undefined;
    }
  }

  #write(text: string): void {
    const open = this.#open ?? this.#create();
    try {
      this.#files.append(open.descriptor, this.#torn ? `\n${text}` : text);
      this.#torn = false;
      open.sizeBytes += text.length;
    } catch (error) {
      this.#torn = true;
      throw error;
    }
  }

  #create(): { descriptor: number; path: string; sizeBytes: number } {
    const path = join(this.#paths.logs, `${OWNER_PREFIX}${randomBytes(5).toString("hex")}.jsonl`);
    let descriptor: number;
    try {
      descriptor = this.#files.openForAppend(path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      this.#files.makeFolder(this.#paths.logs);
      descriptor = this.#files.openForAppend(path);
    }
    this.#torn = false;
    this.#open = { descriptor, path, sizeBytes: 0 };
    return this.#open;
  }
}

import { randomBytes } from "node:crypto";
import { closeSync, fstatSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import type { IndexPaths } from "./index-paths.js";
import { encodeLogLength } from "./log-lengths.js";
import { encodeLogLine, type LogLine } from "./log-line.js";
import { OWNER_PREFIX } from "./log-owner.js";

/** A log is closed and a new one begun at this size, so that consumed logs can be deleted. */
const MAX_LOG_BYTES = 4 << 20;

interface OpenLog {
  descriptor: number;
  path: string;
  sizeBytes: number;
  /** Where its length is written, see {@link LogLengths}. */
  lengths: number;
}

/**
 * The append-only log of one writer. No other process ever writes to it, so no lock is needed; a line that a kill or a
 * full disk cut short is ended by the newline that starts the next append.
 */
export class LogWriter {
  readonly #paths: IndexPaths;
  readonly #files: FileOperations;
  #open: OpenLog | undefined;
  #torn = false;

  constructor(paths: IndexPaths, files: FileOperations) {
    this.#paths = paths;
    this.#files = files;
  }

  /** The open log's path, for `fsync`; `undefined` before the first append. */
  get path(): string | undefined {
    return this.#open?.path;
  }

  /** Appends lines with one write. A log that was deleted or cut short under the writer is replaced. */
  append(lines: readonly LogLine[]): void {
    const text = lines.map(encodeLogLine).join("");
    if ((this.#open?.sizeBytes ?? 0) > MAX_LOG_BYTES) this.close();
    this.#write(text);
    if (this.#open === undefined) return;
    const { nlink, size } = fstatSync(this.#open.descriptor);
    if (nlink === 0 || size < this.#open.sizeBytes) {
      // Its length stays as it was: that shows everyone that lines are missing.
      if (nlink > 0) this.#files.append(this.#open.descriptor, `\n${encodeLogLine({ op: "end" })}`);
      this.#release();
      this.#write(text);
    }
    this.#noteLength();
  }

  /** Says that nothing follows, so that the log can be deleted once its lines are merged. */
  close(): void {
    if (this.#open === undefined) return;
    try {
      this.#write(encodeLogLine({ op: "end" }));
      this.#noteLength();
    } catch {
      // A log without its end is taken for a dead writer's later on.
    } finally {
      this.#release();
    }
  }

  #release(): void {
    if (this.#open === undefined) return;
    closeSync(this.#open.descriptor);
    closeSync(this.#open.lengths);
    this.#open = undefined;
  }

  /** A log whose length could not be noted is as good as one that nobody cuts short. */
  #noteLength(): void {
    if (this.#open === undefined) return;
    try {
      this.#files.append(this.#open.lengths, encodeLogLength(this.#open.sizeBytes));
    } catch {
      // A full disk; the lines themselves are written.
    }
  }

  #write(text: string): void {
    const open = this.#open ?? this.#create();
    try {
      const bytes = Buffer.from(this.#torn ? `\n${text}` : text);
      this.#files.append(open.descriptor, bytes);
      this.#torn = false;
      open.sizeBytes += bytes.length;
    } catch (error) {
      this.#torn = true;
      open.sizeBytes = fstatSync(open.descriptor).size;
      throw error;
    }
  }

  #create(): OpenLog {
    const name = `${OWNER_PREFIX}${randomBytes(5).toString("hex")}.jsonl`;
    const path = join(this.#paths.logs, name);
    const lengths = this.#openIn(this.#paths.lengths, name);
    try {
      this.#open = { descriptor: this.#openIn(this.#paths.logs, name), path, sizeBytes: 0, lengths };
    } catch (error) {
      closeSync(lengths);
      throw error;
    }
    this.#torn = false;
    return this.#open;
  }

  #openIn(folder: string, name: string): number {
    const path = join(folder, name);
    try {
      return this.#files.openForAppend(path);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      this.#files.makeFolder(folder);
      return this.#files.openForAppend(path);
    }
  }
}

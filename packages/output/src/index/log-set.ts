import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { IndexEntry } from "../entries/index-entry.js";
import type { FileOperations } from "../files/file-operations.js";
import { NOT_A_FILE } from "../files/regular-file.js";
import { LogLengths } from "./log-lengths.js";
import { isLogFile, isOwnerDead } from "./log-owner.js";
import { type ReadLine, readLog } from "./log-reader.js";

/** A log as far as it has been read. */
export interface LogState {
  name: string;
  /** Lines that no segment holds yet. */
  lines: ReadLine[];
  /** What the segments hold of it. */
  startOffset: number;
  /** Up to where it was read. */
  endOffset: number;
  ended: boolean;
  /** Whether its writer was dead before it was last read: then everything of it has been read. */
  ownerDead: boolean;
  /** Of the file, when it was last read. */
  sizeBytes: number;
  /** Up to where the log is known to have lost lines. */
  damagedTo: number | undefined;
}

/** A record that a log says is about to be removed; it is gone when its file is. */
export interface Removal {
  id: string;
  createdMs: number;
  path: string;
  atMs: number;
}

/** All writers' logs beyond what the segments hold. Reading again costs only what was added since. */
export class LogSet {
  readonly #folder: string;
  readonly #logs = new Map<string, LogState>();
  /** The newest put of each id. */
  readonly puts: Map<string, IndexEntry> = new Map();
  readonly removals: Map<string, Removal> = new Map();
  readonly #lengths: LogLengths;
  /** Logs that are gone, or shorter than they were. */
  #cut = new Set<string>();

  constructor(folder: string, lengthsFolder: string = join(dirname(folder), "log-lengths")) {
    this.#folder = folder;
    this.#lengths = new LogLengths(lengthsFolder);
  }

  get logs(): readonly LogState[] {
    return [...this.#logs.values()];
  }

  /** Whether a log has lost lines that no merge has passed since. */
  get damaged(): boolean {
    return this.#cut.size > 0 || this.logs.some((log) => log.damagedTo !== undefined);
  }

  /** Says that the records of logs that are gone or cut short were found again. */
  repairLengths(files: FileOperations): void {
    for (const name of this.#cut) this.#lengths.repair(name, this.#logs.get(name)?.sizeBytes, files);
    this.#cut.clear();
  }

  /** Reads what was appended since the last time. `consumed` says how much of each log the segments hold. */
  refresh(consumed: Readonly<Record<string, number>>): void {
    // Lengths come first: a log that is read after them has at least as much.
    const lengths = this.#lengths.read();
    const names = new Set(logNames(this.#folder));
    for (const name of this.#logs.keys()) if (!names.has(name)) this.#logs.delete(name);
    for (const name of names) this.#refreshLog(name, consumed[name] ?? 0);
    const isCut = ([name, length]: [string, number]): boolean => (this.#logs.get(name)?.sizeBytes ?? 0) < length;
    this.#cut = new Set([...lengths].filter(isCut).map(([name]) => name));
  }

  /** Starts again, for a new generation of segments: what they hold is taken out. */
  rebase(consumed: Readonly<Record<string, number>>): void {
    this.puts.clear();
    this.removals.clear();
    for (const [name, log] of this.#logs) {
      const from = consumed[name] ?? 0;
      log.lines = log.lines.filter((line) => line.endOffset > from);
      log.startOffset = from;
      if (log.damagedTo !== undefined && log.damagedTo <= from) log.damagedTo = undefined;
      for (const line of log.lines) this.#apply(line);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#logs.clear();
    this.puts.clear();
    this.removals.clear();
  }

  #refreshLog(name: string, consumed: number): void {
    const known = this.#logs.get(name);
    const path = join(this.#folder, name);
    const from = known?.endOffset ?? consumed;
    // Asked before reading: a writer that dies in between may have written more than is read here.
    const ownerDead = isOwnerDead(name);
    try {
      if (known !== undefined && statSync(path).size === from) {
        known.ownerDead = ownerDead;
        known.sizeBytes = from;
        return;
      }
      const read = readLog(path, from);
      const log = known ?? newLog(name, consumed);
      for (const line of read.lines) {
        log.lines.push(line);
        this.#apply(line);
      }
      log.endOffset = read.endOffset;
      log.sizeBytes = read.sizeBytes;
      // What a writer that lives has not ended yet will be ended; what a dead one left stays torn.
      log.ownerDead = ownerDead;
      if (read.damaged || (read.tornTail && ownerDead)) log.damagedTo = read.endOffset;
      log.ended ||= read.lines.some(({ line }) => line.op === "end");
      this.#logs.set(name, log);
    } catch (error) {
      // Merged and deleted between the listing and the reading.
      if (!["ENOENT", NOT_A_FILE].includes(errorCode(error) ?? "")) throw error;
      this.#logs.delete(name);
    }
  }

  #apply({ line }: ReadLine): void {
    if (line.op === "put") {
      this.puts.set(line.entry.id, line.entry);
    } else if (line.op === "del") {
      const { id, createdMs, path, atMs } = line;
      this.removals.set(id, { id, createdMs, path, atMs });
    }
  }
}

function newLog(name: string, startOffset: number): LogState {
  return {
    name,
    lines: [],
    startOffset,
    endOffset: 0,
    sizeBytes: 0,
    ended: false,
    ownerDead: false,
    damagedTo: undefined,
  };
}

function logNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isLogFile);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

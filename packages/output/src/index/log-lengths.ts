import { closeSync, fstatSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import { NOT_A_FILE, openRegularFile } from "../files/regular-file.js";
import { isLogFile } from "./log-owner.js";

/** Each length takes so many characters, its newline included. */
const RECORD_BYTES = 16;

/** One length as it is appended. */
export function encodeLogLength(bytes: number): string {
  return `${String(bytes).padStart(RECORD_BYTES - 1, "0")}\n`;
}

/**
 * How long each log was when its writer last wrote to it, in a folder beside the logs: a log that is shorter, or gone,
 * has lost lines. A length is written after the lines that it counts, so a log is never shorter by itself.
 */
export class LogLengths {
  readonly #folder: string;
  readonly #known = new Map<string, { sizeBytes: number; length: number }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The length that each log must have at least; `Infinity` where the file with it is damaged. */
  read(): Map<string, number> {
    const names = new Set(namesIn(this.#folder).filter(isLogFile));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const lengths = new Map<string, number>();
    for (const name of names) {
      const length = this.#readOne(name);
      if (length !== undefined) lengths.set(name, length);
    }
    return lengths;
  }

  /** Says that what a log has lost was made good: it counts as long as it is now, or not at all when it is gone. */
  repair(name: string, sizeBytes: number | undefined, files: FileOperations): void {
    const path = join(this.#folder, name);
    this.#known.delete(name);
    try {
      files.remove(path);
      if (sizeBytes !== undefined) files.create(path, encodeLogLength(sizeBytes));
    } catch (error) {
      // Another process repairs it as well, or its writer has gone on.
      if (!["ENOENT", "EEXIST"].includes(errorCode(error) ?? "")) throw error;
    }
  }

  #readOne(name: string): number | undefined {
    const path = join(this.#folder, name);
    try {
      const known = this.#known.get(name);
      if (known !== undefined && statSync(path).size === known.sizeBytes) return known.length;
      const last = readLast(path);
      this.#known.set(name, last);
      return last.length;
    } catch (error) {
      if (["ENOENT", NOT_A_FILE].includes(errorCode(error) ?? "")) return undefined;
      throw error;
    }
  }
}

function readLast(path: string): { sizeBytes: number; length: number } {
  const descriptor = openRegularFile(path);
  try {
    const sizeBytes = fstatSync(descriptor).size;
    const end = sizeBytes - (sizeBytes % RECORD_BYTES);
    if (end === 0) return { sizeBytes, length: 0 };
    const bytes = Buffer.alloc(RECORD_BYTES);
    readSync(descriptor, bytes, 0, RECORD_BYTES, end - RECORD_BYTES);
    const text = bytes.toString("latin1");
    return { sizeBytes, length: /^\d{15}\n$/.test(text) ? Number(text) : Infinity };
  } finally {
    closeSync(descriptor);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

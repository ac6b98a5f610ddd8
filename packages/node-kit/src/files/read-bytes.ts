import { constants, read as readDescriptor, readFileSync, type Stats, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { OllamaError } from "@codo/ollama-contract";
import { errorCode, storageFailed } from "../errors/storage-error.js";
import { whatIs } from "./file-target.js";

/** For a few kilobytes Node's thread pool, which nothing else may have started yet, would take far longer. */
const SMALL_BYTES = 64 * 1024;
const PIECE_BYTES = 64 * 1024;
const POLL_MS = 10;
/** How long a pipe is waited for that nobody writes to. */
const NO_WRITER_MS = 5_000;
/** How long the writer of a pipe may say nothing. */
const SILENCE_MS = 60_000;

const read: (descriptor: number, buffer: Buffer) => Promise<{ bytesRead: number }> = promisify(
  (descriptor: number, buffer: Buffer, done: (error: Error | null, result: { bytesRead: number }) => void) =>
    readDescriptor(descriptor, buffer, 0, buffer.length, null, (error, bytesRead) => done(error, { bytesRead })),
);

/**
 * The bytes of a file. A pipe is read to its end, but not waited for when nobody writes to it; `/dev/null` is empty;
 * other devices, which may never end, are refused.
 * @throws OllamaError `STORAGE_FAILED`, with the system's code in `details.errno`
 */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const stats = statSync(file);
    if (stats.isFile()) return stats.size <= SMALL_BYTES ? readFileSync(file) : await readFile(file);
    if (stats.isFIFO()) return await readPipe(file);
    if (stats.isDirectory()) return await readFile(file);
    if (isNullDevice(stats)) return new Uint8Array();
    throw notReadable(file, `it is ${whatIs(stats)}, not a file`);
  } catch (cause) {
    throw storageFailed("read", file, { cause });
  }
}

async function readPipe(file: string): Promise<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const pieces: Buffer[] = [];
    let [hasWriter, silentSinceMs] = [false, performance.now()];
    for (;;) {
      const piece = await readPiece(handle.fd);
      if (piece === "nothing yet") hasWriter = true;
      else if (piece.length > 0) {
        pieces.push(piece);
        [hasWriter, silentSinceMs] = [true, performance.now()];
        continue;
      } else if (hasWriter) return Buffer.concat(pieces);
      if (performance.now() - silentSinceMs > (hasWriter ? SILENCE_MS : NO_WRITER_MS)) {
        throw notReadable(file, "it is a pipe that nobody writes to");
      }
      await delay(POLL_MS);
    }
  } finally {
    await handle.close();
  }
}

/** What a pipe has; empty at its end, which also is how a pipe looks that nobody opened for writing yet. */
async function readPiece(descriptor: number): Promise<Buffer | "nothing yet"> {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  try {
    return buffer.subarray(0, (await read(descriptor, buffer)).bytesRead);
  } catch (error) {
    if (errorCode(error) === "EAGAIN") return "nothing yet";
    throw error;
  }
}

function isNullDevice(stats: Stats): boolean {
  const device = statSync("/dev/null", { throwIfNoEntry: false });
  return device !== undefined && stats.isCharacterDevice() && stats.rdev === device.rdev;
}

function notReadable(file: string, why: string): OllamaError {
  return new OllamaError("STORAGE_FAILED", `Could not read ${file}: ${why}.`, {
    advice: "Name a regular file.",
    details: { path: file },
  });
}

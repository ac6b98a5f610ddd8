import { constants, write as writeDescriptor } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { OllamaError } from "@codo/ollama-contract";
import { errorCode } from "../errors/storage-error.js";
import type { FileTarget } from "./file-target.js";

const write: (descriptor: number, bytes: Buffer, offset: number) => Promise<{ bytesWritten: number }> =
  promisify(writeDescriptor);
const RETRY_MS = 5;

/**
 * Writes to what is no regular file: a device, a pipe somebody reads, or an open descriptor.
 * @throws OllamaError `STORAGE_FAILED` for a disk, a socket and a pipe that nobody reads
 */
export async function writeThrough(
  target: FileTarget & { kind: "special" | "descriptor" },
  content: string,
): Promise<void> {
  const bytes = Buffer.from(content);
  if (target.kind === "descriptor") return await writeAll(target.descriptor, bytes);
  const { path, what } = target;
  if (what === "a disk" || what === "a socket") throw notWritten(path, `it is ${what}`);
  try {
    // To wait for a reader that never comes would hang.
    const handle = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      await writeAll(handle.fd, bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENXIO") throw notWritten(path, `it is ${what} that nobody reads`);
    throw error;
  }
}

async function writeAll(descriptor: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += (await write(descriptor, bytes, done)).bytesWritten;
    } catch (error) {
      // A pipe that is full, and is read slowly.
      if (errorCode(error) !== "EAGAIN") throw error;
      await delay(RETRY_MS);
    }
  }
}

function notWritten(path: string, why: string): OllamaError {
  return new OllamaError("STORAGE_FAILED", `Could not write ${path}: ${why}.`, {
    advice: "Name a regular file.",
    details: { path },
  });
}

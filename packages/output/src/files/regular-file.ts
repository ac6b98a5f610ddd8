import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { errorCode } from "@codo/ollama-node-kit";

/** The code of the error for a path that is there and is no file of its own: a link, a folder, a pipe, a device. */
export const NOT_A_FILE = "ENOTFILE";

/** Neither a link is followed nor a pipe waited for. Windows has none of both flags, and there the check below decides. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens a file to read, which must be a file itself. @throws {@link NOT_A_FILE}, and the file system's errors */
export function openRegularFile(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, READ_FLAGS);
  } catch (error) {
    if (["ELOOP", "EMLINK", "ENXIO", "EISDIR"].includes(errorCode(error) ?? "")) throw notAFile(path);
    throw error;
  }
  const isFile = fstatSync(descriptor).isFile() && (constants.O_NOFOLLOW !== undefined || lstatSync(path).isFile());
  if (isFile) return descriptor;
  closeSync(descriptor);
  throw notAFile(path);
}

/** Reads a file, which must be a file itself. @throws {@link NOT_A_FILE}, and the file system's errors */
export function readRegularFile(path: string): Buffer {
  const descriptor = openRegularFile(path);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function notAFile(path: string): Error {
  return Object.assign(new Error(`${path} is a link, or no file`), { code: NOT_A_FILE });
}

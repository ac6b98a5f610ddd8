import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import { UsageError } from "../errors/usage-error.js";
import { reasonOf } from "./read-text.js";

/** The bytes that every GGUF file begins with. */
const MAGIC = "GGUF";

/** Whether a file is one in the GGUF format. @throws UsageError when it cannot be read, which begins with `what` it is */
export async function isGgufFile(path: string, what: string, hint = "Check the path."): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(MAGIC.length) });
      return buffer.toString("latin1", 0, bytesRead) === MAGIC;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const isThere = errorCode(cause) !== "ENOENT";
    throw new UsageError(`${what} ${path} ${isThere ? `cannot be read: ${reasonOf(cause)}` : "is not there"}.`, hint);
  }
}

/** The path of a GGUF file that an option names. @throws UsageError when there is none, or it is something else */
export async function requireGgufFile(text: string, option: string): Promise<string> {
  const path = text.startsWith("~/") ? join(homedir(), text.slice(2)) : resolve(text);
  if (await isGgufFile(path, `${option}: the file`)) return path;
  throw new UsageError(
    `${option}: ${path} is not a GGUF file: it does not begin with "${MAGIC}".`,
    "Convert other formats to GGUF first, or write a Modelfile: `codo models create NAME -f Modelfile`",
  );
}

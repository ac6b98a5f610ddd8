import { readBytes } from "../files/read-bytes.js";
import { decodeText } from "./text-pieces.js";

/**
 * The text of a file: UTF-8 with or without a byte order mark, or UTF-16 by its mark.
 * @param name what an error about its bytes calls it. @defaultValue the file
 * @throws OllamaError `STORAGE_FAILED` when it cannot be read, `INVALID_REQUEST` when it is no text
 */
export async function readTextFile(file: string, name: string = file): Promise<string> {
  return decodeText(await readBytes(file), name);
}

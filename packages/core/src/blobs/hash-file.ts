import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** The digest of a file, `sha256:` and 64 hexadecimal digits; the file is read as a stream. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  const stream = createReadStream(path, signal === undefined ? {} : { signal });
  for await (const bytes of stream) hash.update(bytes as Uint8Array);
  return `sha256:${hash.digest("hex")}`;
}

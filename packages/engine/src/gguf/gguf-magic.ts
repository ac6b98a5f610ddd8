import { open } from "node:fs/promises";

/** Whether a file begins as GGUF files do; one that can't be read does not. */
export async function hasGgufMagic(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1", 0, bytesRead) === "GGUF";
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

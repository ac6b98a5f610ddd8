import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { isSameProcess, processStartToken } from "./process-identity.js";
import { waitUntil } from "./wait-until.js";

/**
 * Runs `action` while no other process runs one for the same state folder, so that two commands that start a lasting
 * server at the same moment start one. A lock whose holder is gone does not count.
 * @throws OllamaError `SERVER_UNAVAILABLE` when the other does not finish in time
 */
export async function withStartLock<T>(stateDir: string, timeoutMs: number, action: () => Promise<T>): Promise<T> {
  await mkdir(stateDir, { recursive: true });
  const file = join(stateDir, "server.lock");
  const isLocked = await waitUntil(async () => ((await tryLock(file)) ? true : undefined), timeoutMs);
  if (isLocked === undefined) {
    const message = `Another command has been starting a server for ${Math.round(timeoutMs / 1000)} s. Wait for it, or remove ${file} if there is none.`;
    throw new OllamaError("SERVER_UNAVAILABLE", message, { details: { file } });
  }
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(JSON.stringify({ pid: process.pid, startToken: await processStartToken(process.pid) }));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (await isStale(file)) await rm(file, { force: true });
  return false;
}

/** A lock without a holder's name in it is one being written, or what a process left that was killed while writing it. */
const WRITING_MS = 10_000;

async function isStale(file: string): Promise<boolean> {
  try {
    const { pid, startToken } = JSON.parse(await readFile(file, "utf8")) as { pid: number; startToken?: string };
    return !(await isSameProcess(pid, startToken));
  } catch {
    return await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs > WRITING_MS,
      () => false,
    );
  }
}

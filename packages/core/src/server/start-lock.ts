import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { withFileLock } from "@codo/ollama-node-kit";

/**
 * Runs `action` while no other process runs one for the same state folder, so that two commands that start a
 * background server at the same moment start one. A lock whose holder is gone does not count.
 * @throws OllamaError `SERVER_UNAVAILABLE` when the other does not finish in time
 */
export async function withStartLock<T>(stateDir: string, timeoutMs: number, action: () => Promise<T>): Promise<T> {
  await mkdir(stateDir, { recursive: true });
  return await withFileLock(join(stateDir, "server.json"), action, {
    waitMs: timeoutMs,
    onLocked: ({ lock, pid }) => {
      const who = pid === undefined ? "Another command" : `Another command (process ${pid})`;
      const message = `${who} has been starting a server for ${Math.round(timeoutMs / 1000)} s.`;
      const advice = `Wait for it, or remove ${lock} if there is none.`;
      return new OllamaError("SERVER_UNAVAILABLE", message, { advice, details: { lock } });
    },
  });
}

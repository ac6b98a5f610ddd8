import { mkdir } from "node:fs/promises";
import { OllamaError } from "@codo/ollama-contract";
import { withFileLock } from "@codo/ollama-node-kit";
import { type ServerPlace, serverRecordFile, serversFolder } from "./server-files.js";

/**
 * Runs `action` while no other process starts, joins or stops the server at an address, so that two that start it at
 * the same moment start one, and none is stopped by its last user while another begins to use it.
 * @throws OllamaError `SERVER_UNAVAILABLE` when the other does not finish in time
 */
export async function withServerLock<T>(place: ServerPlace, waitMs: number, action: () => Promise<T>): Promise<T> {
  await mkdir(serversFolder(place.stateDir), { recursive: true });
  return await withFileLock(serverRecordFile(place), action, {
    waitMs,
    onLocked: ({ lock, pid }) => {
      const who = pid === undefined ? "Another command" : `Another command (process ${pid})`;
      const what = `has been starting or stopping the server at ${place.url} for ${Math.round(waitMs / 1000)} s.`;
      const advice = `Wait for it, or remove ${lock} if there is none.`;
      return new OllamaError("SERVER_UNAVAILABLE", `${who} ${what}`, { advice, details: { lock, url: place.url } });
    },
  });
}

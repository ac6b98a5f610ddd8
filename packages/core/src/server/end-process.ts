import { isProcessAlive, isSameProcess } from "@codo/ollama-node-kit";
import { waitUntil } from "./wait-until.js";

const END_TIMEOUT_MS = 10_000;

/** Asks a process and its group to end, and after a while ends it. A later process with the same id is left alone. */
export async function endRecordedProcess(recorded: { pid: number; startToken?: string | undefined }): Promise<void> {
  const { pid, startToken } = recorded;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!isSameProcess(pid, startToken)) return;
    sendToGroup(pid, signal);
    const isGone = await waitUntil(async () => (isSameProcess(pid, startToken) ? undefined : true), END_TIMEOUT_MS);
    if (isGone) return;
  }
}

/** A lasting server leads a group of its own; what it started in turn ends with it. */
function sendToGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    if (isProcessAlive(pid)) process.kill(pid, signal);
  }
}

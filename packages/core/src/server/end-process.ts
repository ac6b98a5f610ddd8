import { isProcessAlive, isSameProcess } from "@codo/ollama-node-kit";
import { waitUntil } from "./wait-until.js";

const END_TIMEOUT_MS = 10_000;

/** Asks a process and its group to end, and after `graceMs` ends them. A later process with the same id is left alone. */
export async function endRecordedProcess(
  recorded: { pid: number; startToken?: string | undefined },
  graceMs: number = END_TIMEOUT_MS,
): Promise<void> {
  const { pid, startToken } = recorded;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!isSameProcess(pid, startToken)) return;
    sendToGroup(pid, signal);
    const limitMs = signal === "SIGTERM" ? graceMs : END_TIMEOUT_MS;
    const isGone = await waitUntil(async () => (isSameProcess(pid, startToken) ? undefined : true), limitMs);
    if (isGone) return;
  }
}

/** Sends a signal to a server that leads a group of its own, and to what it started in turn. */
export function sendToGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    if (isProcessAlive(pid)) process.kill(pid, signal);
  }
}

import { readFile } from "node:fs/promises";
import { waitUntil } from "./wait-until.js";

/** Whether a process of this id exists. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * What tells a process from a later one that got the same id: its start time in the kernel's ticks. Known on Linux
 * only, `undefined` elsewhere. Source: proc(5), field 22 of `/proc/<pid>/stat`.
 */
export async function processStartToken(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses, which may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    return state === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether the process that was recorded is still there: the same id, and as far as can be told the same process. */
export async function isSameProcess(pid: number, startToken: string | undefined): Promise<boolean> {
  if (!isProcessAlive(pid)) return false;
  return startToken === undefined || (await processStartToken(pid)) === startToken;
}

const END_TIMEOUT_MS = 10_000;

/** Asks a process and its group to end, and after a while ends it. A later process with the same id is left alone. */
export async function endRecordedProcess(recorded: { pid: number; startToken?: string | undefined }): Promise<void> {
  const { pid, startToken } = recorded;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!(await isSameProcess(pid, startToken))) return;
    sendToGroup(pid, signal);
    const isGone = await waitUntil(
      async () => ((await isSameProcess(pid, startToken)) ? undefined : true),
      END_TIMEOUT_MS,
    );
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

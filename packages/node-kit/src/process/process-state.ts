import { readFileSync, readlinkSync } from "node:fs";

/** What `/proc` says about a process. */
interface ProcessState {
  isZombie: boolean;
  /** Since boot, in the kernel's ticks. */
  startToken: string;
}

let hasOwnProc: boolean | undefined;

/** Whether a process of this id runs. One that ended and that nobody reaped (a zombie) does not. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and is another user's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return readProcessState(pid)?.isZombie !== true;
}

/**
 * What distinguishes a process from a later one with the same id: its start time in the kernel's ticks. `undefined` where
 * the process has ended or the system does not say it (known on Linux only).
 */
export function processStartToken(pid: number): string | undefined {
  const state = readProcessState(pid);
  return state === undefined || state.isZombie ? undefined : state.startToken;
}

/** Whether the process that was recorded still runs: the same id and, as far as is known, the same process. */
export function isSameProcess(pid: number, startToken: string | undefined): boolean {
  if (!isProcessAlive(pid)) return false;
  const now = processStartToken(pid);
  return startToken === undefined || now === undefined || now === startToken;
}

/** Source: proc(5), fields 3 and 22 of `/proc/<pid>/stat`. */
function readProcessState(pid: number): ProcessState | undefined {
  if (!isProcOurs()) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses, which may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state = ""] = fields;
    return { isZombie: state === "Z" || state === "X", startToken: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** In a PID namespace without a `/proc` of its own the numbers in `/proc` are those of other processes. */
function isProcOurs(): boolean {
  if (hasOwnProc === undefined) {
    try {
      hasOwnProc = process.platform === "linux" && readlinkSync("/proc/self") === String(process.pid);
    } catch {
      hasOwnProc = false;
    }
  }
  return hasOwnProc;
}

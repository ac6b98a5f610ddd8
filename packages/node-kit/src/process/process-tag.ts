import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isProcessAlive, processStartToken } from "./process-state.js";

/** Whether a process runs. `"unknown"` when it belongs to another machine, container or boot, whose ids mean nothing here. */
export type Liveness = "alive" | "dead" | "unknown";

const TAG = /^([0-9a-f]{12})-(\d+)-(\d+)(?:-|$)/;
/** Stands for a start time where the system has none. */
const NO_START = "0";

let ownPlace: string | undefined;
let ownTag: string | undefined;

/**
 * Names this process, in letters that are good for a file's name: where its id means something, the id, and when it
 * began. {@link livenessOf} finds out from it whether the process still runs.
 */
export function processTag(): string {
  ownTag ??= `${processPlace()}-${process.pid}-${processStartToken(process.pid) ?? NO_START}`;
  return ownTag;
}

/** Whether the process runs that a text names, which begins with its {@link processTag}. */
export function livenessOf(tag: string): Liveness {
  const [, place, pid, start] = TAG.exec(tag) ?? [];
  if (place !== processPlace()) return "unknown";
  if (!isProcessAlive(Number(pid))) return "dead";
  const startNow = processStartToken(Number(pid));
  // Without start times a later process may have the number.
  if (startNow === undefined || start === NO_START) return "unknown";
  return start === startNow ? "alive" : "dead";
}

/** The id of the process that a tag names, where it means something here. */
export function pidOf(tag: string): number | undefined {
  const [, place, pid] = TAG.exec(tag) ?? [];
  return place === processPlace() ? Number(pid) : undefined;
}

/**
 * Where a process id means one process only: a machine, since its last boot, in one PID namespace. Two containers may
 * share the machine, its name and a folder, and each have a process 1.
 */
function processPlace(): string {
  ownPlace ??= createHash("sha256")
    .update([hostname(), ...(process.platform === "linux" ? [bootId(), pidNamespace()] : [])].join("\n"))
    .digest("hex")
    .slice(0, 12);
  return ownPlace;
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    // Nobody can compare ids then, so this process is in a place of its own.
    return randomUUID();
  }
}

import { readFileSync } from "node:fs";
import { freemem, platform, totalmem } from "node:os";

/** Says how much memory models may take, such as `8GB`; without it, what is free. */
export const MEMORY_VARIABLE = "CODO_ENGINE_MEMORY";

const UNITS: Record<string, number> = { "": 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };
/** What macOS lets programs take of the memory that CPU and GPU share. */
const SHARED_PART = 0.75;
const CGROUP = "/sys/fs/cgroup/";

/** How much memory a model may take here, in bytes: what is free, or can be freed, within the limits of a container. */
export function availableMemory(environment: NodeJS.ProcessEnv = process.env): number {
  const said = parseMemory(environment[MEMORY_VARIABLE] ?? "");
  if (said !== undefined) return said;
  // What macOS calls free leaves out what it would give at once.
  if (platform() === "darwin") return totalmem() * SHARED_PART;
  if (platform() !== "linux") return freemem();
  const inMachine = freemem() + lineOf(read("/proc/meminfo"), "SwapFree:") * 1024;
  return Math.min(inMachine, availableInGroup(read(`${CGROUP}memory.max`), read(`${CGROUP}memory.stat`)));
}

/** Reads a number of bytes with an optional unit; `undefined` for anything else. */
export function parseMemory(text: string): number | undefined {
  const [, number, unit = ""] = /^([\d.]+)\s*([kmgt]b)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
  return Number.isFinite(bytes) ? bytes : undefined;
}

/** What a container may still take: its limit but for what can't be let go; the files that it has read can. */
export function availableInGroup(limit: string, statistics: string): number {
  const limitBytes = Number.parseInt(limit, 10);
  if (Number.isNaN(limitBytes)) return Number.POSITIVE_INFINITY;
  return Math.max(0, limitBytes - lineOf(statistics, "anon") - lineOf(statistics, "kernel"));
}

function lineOf(text: string, name: string): number {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.split(/\s+/)[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

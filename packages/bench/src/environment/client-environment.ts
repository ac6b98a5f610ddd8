import { arch, cpus, platform, totalmem } from "node:os";
import type { ClientEnvironment } from "../report/bench-report.js";

/** This machine and this Node. */
export function clientEnvironment(): ClientEnvironment {
  const processors = cpus();
  return {
    node: process.version,
    platform: platform(),
    arch: arch(),
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

/** Whether an address means this machine. */
export function isLocalUrl(url: string): boolean {
  try {
    const { hostname } = new URL(url);
    return hostname === "localhost" || hostname === "[::1]" || hostname === "0.0.0.0" || /^127\./.test(hostname);
  } catch {
    return false;
  }
}

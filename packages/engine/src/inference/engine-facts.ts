import { availableParallelism } from "node:os";
import { availableMemory } from "./available-memory.js";
import { findLlamaServer, LLAMA_SERVER_VARIABLE } from "./find-llama-server.js";
import { binariesFolder } from "./platform-binaries.js";

/** What an engine computes with, and what this machine has for it. */
export interface EngineFacts {
  /** `llama.cpp` (the binaries that come with the package), the path of a `llama-server`, or `nothing`. */
  computes: string;
  /** Threads that a model gets. */
  threads: number;
  /** Memory that a model may take, in bytes. */
  availableMemoryBytes: number;
  /** The `llama-server` on the PATH, which could compute as well. */
  llamaServer?: string;
}

/** Says what an engine of this machine computes with; nothing is loaded for it. */
export function engineFacts(named: string | undefined = process.env[LLAMA_SERVER_VARIABLE]): EngineFacts {
  const found = findLlamaServer();
  return {
    computes: (named === "auto" ? found : named) || (hasBinaries() ? "llama.cpp" : (found ?? "nothing")),
    threads: Math.max(1, availableParallelism() - 1),
    availableMemoryBytes: Math.round(availableMemory()),
    ...(found !== undefined && { llamaServer: found }),
  };
}

function hasBinaries(): boolean {
  try {
    binariesFolder();
    return true;
  } catch {
    return false;
  }
}

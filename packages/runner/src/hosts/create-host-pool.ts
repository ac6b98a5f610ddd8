import { type ModelExecutor, OllamaError, parseOllamaHost } from "@codo/ollama-contract";
import { createExecutor, type ExecutorClient, OllamaClient } from "@codo/ollama-core";
import { HostPool } from "./host-pool.js";
import type { HostInit, HostPoolOptions, PoolMember } from "./host-types.js";
import { PoolHost } from "./pool-host.js";

/**
 * Makes one executor of several servers.
 * @param hosts addresses as `OLLAMA_HOST` has them, executors, clients, or hosts with limits and models of their own
 * @throws OllamaError `INVALID_REQUEST` for an empty list, two hosts of one name, or a limit that is none
 */
export function createHostPool(hosts: readonly PoolMember[], options: HostPoolOptions = {}): HostPool {
  if (hosts.length === 0) throw new OllamaError("INVALID_REQUEST", "A host pool needs at least one host.");
  const names = new Set<string>();
  const members = hosts.map((entry, index) => {
    const init = toInit(entry);
    const name = nameOf(init, index);
    if (names.has(name)) throw new OllamaError("INVALID_REQUEST", `Two hosts of the pool are named "${name}".`);
    names.add(name);
    assertConcurrency(init.concurrency, name);
    return new PoolHost(name, executorOf(init, name), init);
  });
  return new HostPool(members, options);
}

function nameOf({ name, host }: HostInit, index: number): string {
  return name ?? (host === undefined ? `host-${index + 1}` : parseOllamaHost(host).url);
}

function toInit(entry: PoolMember): HostInit {
  if (typeof entry === "string") return { host: entry };
  if ("execute" in entry) return { executor: entry };
  return "generate" in entry ? { client: entry as ExecutorClient } : (entry as HostInit);
}

function executorOf({ executor, client, host, clientOptions }: HostInit, name: string): ModelExecutor {
  if (executor !== undefined) return executor;
  if (client !== undefined) return createExecutor(client);
  if (host === undefined) {
    const what = `Host "${name}" of the pool has neither \`host\` nor \`client\` nor \`executor\`.`;
    throw new OllamaError("INVALID_REQUEST", what);
  }
  // The pool itself goes to another host; waiting for this one would only delay that.
  return createExecutor(new OllamaClient({ retry: false, ...clientOptions, host }));
}

function assertConcurrency(concurrency: number | undefined, name: string): void {
  if (concurrency === undefined || (Number.isInteger(concurrency) && concurrency > 0)) return;
  throw new OllamaError("INVALID_REQUEST", `The concurrency of host "${name}" is a whole number from 1.`);
}

import type { Agent } from "node:http";

/** The agent for a server's address when the environment names a proxy for it; `undefined` when there is none. */
export function proxyAgentFor(_baseUrl: string): Promise<Agent | undefined> | undefined {
  return undefined;
}

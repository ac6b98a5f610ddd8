import type { Agent } from "node:http";
import { OllamaError } from "@codo/ollama-contract";
import { proxyUrlFor } from "./environment-proxy.js";

const agents = new Map<string, Promise<Agent>>();

/**
 * The agent for a server's address when the environment names a proxy for it; `undefined` when there is none. The
 * proxy library is loaded when it is needed, and not before; it is brought by the packages that make requests.
 * @throws OllamaError `SERVER_UNAVAILABLE` when the proxy is of a kind that is not supported
 */
export function proxyAgentFor(baseUrl: string): Promise<Agent> | undefined {
  const proxy = proxyUrlFor(baseUrl, process.env);
  if (proxy === undefined) return undefined;
  const secure = baseUrl.startsWith("https:");
  const key = `${secure ? "https" : "http"} ${proxy}`;
  const known = agents.get(key);
  if (known !== undefined) return known;
  const created = createAgent(proxy, secure);
  agents.set(key, created);
  // A proxy that could not be used is looked at again next time.
  created.catch(() => agents.delete(key));
  return created;
}

async function createAgent(proxy: string, secure: boolean): Promise<Agent> {
  if (!/^https?:\/\//i.test(proxy)) {
    const message = `The proxy ${proxy} of the environment is not supported: name an http:// or https:// proxy in HTTP_PROXY or HTTPS_PROXY, or except the host with NO_PROXY.`;
    throw new OllamaError("SERVER_UNAVAILABLE", message, { retryable: false, details: { proxy } });
  }
  if (secure) {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return new HttpsProxyAgent(proxy, { keepAlive: true });
  }
  const { HttpProxyAgent } = await import("http-proxy-agent");
  return new HttpProxyAgent(proxy, { keepAlive: true });
}

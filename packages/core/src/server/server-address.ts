import { parseOllamaHost } from "@codo/ollama-contract";

/** Where a server is looked for. */
export interface ServerAddress {
  /** As it was written, credentials included: for a client. */
  host: string;
  url: string;
  /** Whether somebody named it. A named address is never substituted by another. */
  explicit: boolean;
  /** Host and port that `ollama serve` can listen on; absent where the address is no plain loopback address. */
  loopback?: { hostname: string; port: number };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The host that a server started for an address listens on: all interfaces where that is what was written, else the
 * loopback name. `undefined` where the address is no address of this machine.
 */
export function listenHostname({ host, loopback }: ServerAddress): string | undefined {
  if (loopback === undefined) return undefined;
  const [, written] = /^["'\s]*(?:http:\/\/)?(0\.0\.0\.0|\[?::\]?)(?::\d+)?\/*["'\s]*$/i.exec(host) ?? [];
  if (written === undefined) return loopback.hostname;
  return written === "0.0.0.0" ? written : "[::]";
}

/** The address to look at: the one given, else `OLLAMA_HOST`, else Ollama's own. */
export function resolveServerAddress(host: string | undefined, env: NodeJS.ProcessEnv): ServerAddress {
  const named = [host, env.OLLAMA_HOST].find((text) => text !== undefined && text.trim() !== "");
  const text = named ?? "127.0.0.1";
  const { url } = parseOllamaHost(text);
  const address: ServerAddress = { host: text, url, explicit: named !== undefined };
  if (url.startsWith("unix:")) return address;
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol === "http:" && LOOPBACK.test(hostname) && pathname === "/") {
    address.loopback = { hostname, port: port === "" ? 80 : Number(port) };
  }
  return address;
}

import net, { isIP } from "node:net";

type Environment = Record<string, string | undefined>;

/**
 * The proxy that the environment names for a server's address: `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY`, in upper
 * or lower case, unless `NO_PROXY` excepts the host. Loopback addresses are never asked of a proxy. Source: Go's
 * `http.ProxyFromEnvironment`, which Ollama's own client follows.
 */
export function proxyUrlFor(baseUrl: string, environment: Environment): string | undefined {
  const { protocol, port } = new URL(baseUrl);
  const host = hostOf(baseUrl);
  if (isLoopback(host)) return undefined;
  const scheme = protocol.slice(0, -1);
  const proxy = read(environment, `${scheme}_proxy`) ?? read(environment, "all_proxy");
  if (proxy === undefined) return undefined;
  const exceptions = (read(environment, "no_proxy") ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  const effectivePort = port === "" ? (scheme === "https" ? "443" : "80") : port;
  if (exceptions.some((entry) => excepts(entry.toLowerCase(), host, effectivePort))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** Whether a server is on this machine, and so never asked of a proxy. */
export function isNeverProxied(baseUrl: string): boolean {
  return isLoopback(hostOf(baseUrl));
}

function hostOf(baseUrl: string): string {
  return new URL(baseUrl).hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function read(environment: Environment, name: string): string | undefined {
  const value = environment[name] ?? environment[name.toUpperCase()];
  return value === undefined || value === "" ? undefined : value;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether an entry of `NO_PROXY` covers a host: `*`, an address, a CIDR range, a domain with its subdomains, each with an optional port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInRange(entry, host);
  const [, name = entry, onlyPort] = /^(.+?):(\d+)$/.exec(isIP(entry) === 6 ? "" : entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0) return bare === host;
  const domain = bare.replace(/^\*?\./, "");
  return host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(bare));
}

function isInRange(range: string, host: string): boolean {
  const [address = "", prefix = ""] = range.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(prefix)) return false;
  const list = new net.BlockList();
  try {
    list.addSubnet(address, Number(prefix), family === 6 ? "ipv6" : "ipv4");
  } catch {
    // A prefix beyond the address's length excepts nothing.
    return false;
  }
  return list.check(host, family === 6 ? "ipv6" : "ipv4");
}

import { BlockList, isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";

const LOCAL_DOMAINS = [".localhost", ".local", ".internal"];

const PRIVATE = new BlockList();
PRIVATE.addSubnet("127.0.0.0", 8);
PRIVATE.addSubnet("10.0.0.0", 8);
PRIVATE.addSubnet("172.16.0.0", 12);
PRIVATE.addSubnet("192.168.0.0", 16);
PRIVATE.addAddress("0.0.0.0");
PRIVATE.addAddress("::1", "ipv6");
PRIVATE.addAddress("::", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");

/**
 * Whether a server that listens on loopback answers to a Host header. A web page that has its own name resolved to
 * this machine (DNS rebinding) sends that name, and is turned away.
 */
export function isLocalHost(header: string | undefined): boolean {
  const host = withoutPort(header ?? "").toLowerCase();
  const family = isIP(host);
  if (family !== 0) return PRIVATE.check(host, family === 6 ? "ipv6" : "ipv4") || isOwnAddress(host);
  if (host === "" || host === "localhost" || host === hostname().toLowerCase()) return true;
  return LOCAL_DOMAINS.some((domain) => host.endsWith(domain));
}

function withoutPort(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(host);
  if (bracketed !== null) return bracketed[1] ?? "";
  return isIP(host) === 6 ? host : host.replace(/:\d*$/, "");
}

function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address));
}

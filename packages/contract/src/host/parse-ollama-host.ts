import { withoutTrailingSlashes } from "../text/trailing-slashes.js";

/** A server's address, taken apart. */
export interface OllamaHost {
  /** Where to connect: no credentials, no trailing slash, a port unless it is the scheme's own. */
  url: string;
  /** The value of an Authorization header, when the text carried credentials. */
  authorization?: string;
  /** What was odd about the text, for a person. */
  warnings: string[];
}

/** The port that Ollama serves on. */
export const DEFAULT_OLLAMA_PORT = 11434;

/** The address of a server that nobody named. */
export const DEFAULT_OLLAMA_URL: string = `http://127.0.0.1:${DEFAULT_OLLAMA_PORT}`;

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const UNIX_SCHEMES = new Set(["unix", "http+unix"]);

/**
 * Reads an address as Ollama reads `OLLAMA_HOST`, and makes it one to connect to. No scheme is http; no port is 11434,
 * with an explicit scheme that scheme's own; a bad port is the default, with a warning; quotes and spaces around it
 * do not count; `0.0.0.0` and `::` become the loopback address; credentials become an Authorization value; a path is
 * kept. `unix:///path/to.sock` names a unix socket. Source: Ollama 0.33, `envconfig.Host`.
 */
export function parseOllamaHost(text: string): OllamaHost {
  const warnings: string[] = [];
  const trimmed = unquote(text.trim()).trim();
  const scheme = SCHEME.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && UNIX_SCHEMES.has(scheme)) return parseUnixHost(trimmed, warnings);
  let protocol = scheme ?? "http";
  if (protocol !== "http" && protocol !== "https") {
    warnings.push(`The scheme "${protocol}" is not known; http is used.`);
    protocol = "http";
  }
  const rest = scheme === undefined ? trimmed : trimmed.slice(scheme.length + 3);
  const { authority, path } = splitPath(rest);
  const { credentials, hostAndPort } = splitCredentials(authority);
  const { host: rawHost, port: rawPort } = splitPort(hostAndPort);
  let defaultPort = DEFAULT_OLLAMA_PORT;
  if (scheme === "http") defaultPort = 80;
  if (scheme === "https") defaultPort = 443;
  if (rawHost.toLowerCase() === "ollama.com" && scheme === undefined) {
    protocol = "https";
    defaultPort = 443;
  }
  const port = readPort(rawPort, defaultPort, warnings);
  const url = `${protocol}://${connectableHost(rawHost, warnings)}${portSuffix(protocol, port)}${path}`;
  return credentials === undefined
    ? { url, warnings }
    : { url, authorization: basicAuthorization(credentials), warnings };
}

function parseUnixHost(text: string, warnings: string[]): OllamaHost {
  const path = text.replace(SCHEME, "");
  if (path === "" || path === "/") warnings.push("A unix address needs the path of a socket: unix:///run/ollama.sock.");
  return { url: `unix://${path}`, warnings };
}

/** Takes quotes off both ends, as Go's `strings.Trim(s, "\"'")` does. */
function unquote(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isQuote(text[start])) start += 1;
  while (end > start && isQuote(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

function splitPath(rest: string): { authority: string; path: string } {
  const end = rest.search(/[/?#]/);
  if (end === -1) return { authority: rest, path: "" };
  const [whole = ""] = rest.slice(end).split(/[?#]/, 1);
  const path = withoutTrailingSlashes(whole);
  return { authority: rest.slice(0, end), path: path.replace(/\s/g, "%20") };
}

function splitCredentials(authority: string): { credentials?: string; hostAndPort: string } {
  const at = authority.lastIndexOf("@");
  if (at === -1) return { hostAndPort: authority };
  return { credentials: authority.slice(0, at), hostAndPort: authority.slice(at + 1) };
}

function splitPort(text: string): { host: string; port?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) return withPort(bracketed[1] ?? "", bracketed[2]);
  const colons = text.split(":").length - 1;
  // Two colons and more without brackets are an IPv6 address, which then cannot carry a port.
  if (colons !== 1) return { host: text };
  const colon = text.indexOf(":");
  return withPort(text.slice(0, colon), text.slice(colon + 1));
}

function withPort(host: string, port: string | undefined): { host: string; port?: string } {
  return port === undefined || port === "" ? { host } : { host, port };
}

function readPort(text: string | undefined, defaultPort: number, warnings: string[]): number {
  if (text === undefined) return defaultPort;
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65535) return port;
  warnings.push(`The port "${text}" is not a number from 0 to 65535; ${defaultPort} is used.`);
  return defaultPort;
}

function portSuffix(protocol: string, port: number): string {
  const own = protocol === "https" ? 443 : 80;
  return port === own ? "" : `:${port}`;
}

/** Addresses that mean "every interface" to a server are no place to connect to: the loopback address is. */
function connectableHost(host: string, warnings: string[]): string {
  if (host === "" || host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  const name = host.includes(":") ? `[${host}]` : host;
  const isHost = host.includes(":") || /^[\p{L}\p{N}._~-]+$/u.test(host);
  // Numbers that are no address ("999.1.1.1", "[::1") look like hosts, and no URL can be made of them.
  if (isHost && URL.canParse(`http://${name}`)) return name.toLowerCase();
  warnings.push(`"${host}" is not a host name; 127.0.0.1 is used.`);
  return "127.0.0.1";
}

function basicAuthorization(credentials: string): string {
  const decoded = decodePercent(credentials);
  const bytes = new TextEncoder().encode(decoded.includes(":") ? decoded : `${decoded}:`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Percent escapes undone; text with a bad escape is taken as it stands. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

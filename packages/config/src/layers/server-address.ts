import { OLLAMA_CONFIG_DEFAULTS, parseOllamaHost } from "@codo/ollama-contract";
import type { ConfigLayer } from "./config-layer.js";

/** Where the server is, and who said so. */
export interface ServerAddress {
  /** As `OllamaClient` and `OllamaServer` take it: `localhost:11434`, `https://ollama.example/path`. */
  host: string;
  /** Whether some layer above the defaults set it: then no other server may be used in its place. */
  explicit: boolean;
  /** What set it: a file, a variable, `defaults`. */
  source: string;
  /** The API key, where it was configured for this host. */
  apiKey?: string;
}

/** A host as the specification's two settings have it. */
export interface SplitHost {
  serverHost: string;
  serverPort: number;
  warnings: string[];
}

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * Takes a host text such as `OLLAMA_HOST` apart into `serverHost` and `serverPort`. A host that says more than a name
 * and a port (https, a path, credentials, a unix socket) stays a URL in `serverHost`.
 */
export function splitHost(text: string): SplitHost {
  const { url, authorization, warnings } = parseOllamaHost(text);
  const parsed = toUrl(url);
  if (parsed === undefined || parsed.protocol === "unix:") return { serverHost: url, serverPort: 11434, warnings };
  const standardPort = parsed.protocol === "https:" ? 443 : 80;
  const serverPort = parsed.port === "" ? standardPort : Number(parsed.port);
  const isPlain = parsed.protocol === "http:" && parsed.pathname === "/";
  // Credentials are in the text and not in the parsed URL; whoever connects parses the text again.
  if (authorization !== undefined)
    return { serverHost: SCHEME.test(text) ? text : `http://${text}`, serverPort, warnings };
  return { serverHost: isPlain ? parsed.hostname.replace(/^\[|\]$/g, "") : url, serverPort, warnings };
}

/**
 * The server that the layers (low to high) settle on, and the key that may be sent to it. A key belongs to the host that
 * it was set for: it goes to the address that the user's own layers settle on, and to no host or port that a project's
 * file put in its place, trusted or not.
 */
export function serverAddress(layers: readonly ConfigLayer[]): ServerAddress {
  const settled = settleHost(layers);
  const own = layers.filter(({ name }) => name !== "project");
  const isOwn = settled.host === settleHost(own).host;
  const setBy = [settled.hostLayer, settled.portLayer].filter(
    (layer) => layer !== undefined && layer.name !== "defaults",
  );
  const [decisive] = setBy;
  const source = decisive?.sourceOf?.(["serverHost"]) ?? decisive?.sourceOf?.(["serverPort"]) ?? decisive?.source;
  const apiKey = isOwn ? keyFor(own) : undefined;
  // A name and password in the user's own host go no further than a key does.
  const keepsCredentials = isOwn || settled.hostLayer?.name === "project";
  return {
    host: keepsCredentials ? settled.host : settled.host.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1"),
    explicit: setBy.length > 0,
    source: source ?? "defaults",
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

function settleHost(layers: readonly ConfigLayer[]): {
  host: string;
  hostLayer: ConfigLayer | undefined;
  portLayer: ConfigLayer | undefined;
} {
  const hostLayer = topLayerWith(layers, "serverHost");
  const portLayer = topLayerWith(layers, "serverPort");
  const serverHost = String(hostLayer?.settings.serverHost ?? OLLAMA_CONFIG_DEFAULTS.serverHost);
  const port = Number(portLayer?.settings.serverPort ?? OLLAMA_CONFIG_DEFAULTS.serverPort);
  const portCounts = rank(layers, portLayer) >= rank(layers, hostLayer);
  return { host: joinHost(serverHost, port, portCounts), hostLayer, portLayer };
}

function joinHost(serverHost: string, port: number, portCounts: boolean): string {
  if (!SCHEME.test(serverHost)) {
    const hasPort = /^(\[[^\]]*\]|[^:]*):\d+$/.test(serverHost);
    return hasPort ? serverHost : `${bracketIpv6(serverHost)}:${port}`;
  }
  const url = toUrl(serverHost);
  if (url === undefined || url.port !== "" || !portCounts) return serverHost;
  url.port = String(port);
  return url.href.replace(/\/$/, "");
}

/** The key of the layers, unless a layer above it puts another host or port in place of the one it was set for. */
function keyFor(layers: readonly ConfigLayer[]): string | undefined {
  const keyLayer = topLayerWith(layers, "apiKey");
  const above = ["serverHost", "serverPort"].map((key) => rank(layers, topLayerWith(layers, key)));
  return rank(layers, keyLayer) < Math.max(...above) ? undefined : keyLayer?.settings.apiKey;
}

function topLayerWith(layers: readonly ConfigLayer[], key: string): ConfigLayer | undefined {
  return layers.findLast((layer) => layer.settings[key] !== undefined);
}

function rank(layers: readonly ConfigLayer[], layer: ConfigLayer | undefined): number {
  return layer === undefined ? -1 : layers.indexOf(layer);
}

function toUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function bracketIpv6(host: string): string {
  return /^[0-9a-f:.]+$/i.test(host) && host.split(":").length > 2 ? `[${host}]` : host;
}

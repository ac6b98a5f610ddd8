import type { IncomingMessage } from "node:http";

const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  "User-Agent",
  "Accept",
  "X-Requested-With",
  "Openai-Beta",
  "X-Stainless-Arch",
  "X-Stainless-Async",
  "X-Stainless-Custom-Poll-Interval",
  "X-Stainless-Helper-Method",
  "X-Stainless-Lang",
  "X-Stainless-Os",
  "X-Stainless-Package-Version",
  "X-Stainless-Poll-Helper",
  "X-Stainless-Retry-Count",
  "X-Stainless-Runtime",
  "X-Stainless-Runtime-Version",
  "X-Stainless-Timeout",
].join(",");
const ALLOWED_METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";
const PREFLIGHT_MAX_AGE_SECONDS = "43200";

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "0.0.0.0"];
const LOCAL_ORIGINS: readonly string[] = [
  ...LOCAL_HOSTS.flatMap((host) => [`http://${host}`, `https://${host}`, `http://${host}:*`, `https://${host}:*`]),
  "app://*",
  "file://*",
  "tauri://*",
  "vscode-webview://*",
  "vscode-file://*",
];

/** What a request's Origin makes of it: go on with some headers, answer a preflight, or refuse. */
export type OriginVerdict =
  | { type: "pass"; headers: Record<string, string | string[]> }
  | { type: "preflight"; headers: Record<string, string | string[]> }
  | { type: "refuse" };

/** Which web pages may use the server: those of this machine, those of local applications, and the user's own list. */
export class OriginPolicy {
  readonly #patterns: RegExp[];
  readonly #any: boolean;

  /** @param origins - further origins (`OLLAMA_ORIGINS`); `*` stands for any text, and alone for every page */
  constructor(origins: readonly string[] = []) {
    this.#any = origins.includes("*");
    this.#patterns = [...origins, ...LOCAL_ORIGINS].map(wildcard);
  }

  judge(request: IncomingMessage): OriginVerdict {
    const origin = request.headers.origin;
    const host = request.headers.host;
    if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) {
      return { type: "pass", headers: {} };
    }
    if (!this.#any && !this.#patterns.some((pattern) => pattern.test(origin))) return { type: "refuse" };
    const allowOrigin = this.#any ? "*" : origin;
    if (request.method === "OPTIONS") return { type: "preflight", headers: preflightHeaders(allowOrigin) };
    return {
      type: "pass",
      headers: { "Access-Control-Allow-Origin": allowOrigin, ...(!this.#any && { Vary: "Origin" }) },
    };
  }
}

function preflightHeaders(allowOrigin: string): Record<string, string | string[]> {
  return {
    "Access-Control-Allow-Headers": ALLOWED_HEADERS,
    "Access-Control-Allow-Methods": ALLOWED_METHODS,
    "Access-Control-Allow-Origin": allowOrigin,
    "Access-Control-Max-Age": PREFLIGHT_MAX_AGE_SECONDS,
    ...(allowOrigin !== "*" && {
      Vary: ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"],
    }),
  };
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "i");
}

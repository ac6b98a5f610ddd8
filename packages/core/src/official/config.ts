import type { OllamaClientOptions } from "../client/client-options.js";
import type { Config } from "./types.js";

/** Our options from the official client's. */
export function fromConfig(config: Partial<Config> = {}): OllamaClientOptions {
  const { host, fetch, proxy, headers } = config;
  return {
    ...(proxy === true ? { host: pageOrigin() } : host === undefined || host === "" ? {} : { host }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(headers === undefined ? {} : { headers: Object.fromEntries(new Headers(headers)) }),
  };
}

/** Where the page came from, whose server passes requests on. */
function pageOrigin(): string {
  return (globalThis as { location?: { origin?: string } }).location?.origin ?? "http://127.0.0.1";
}

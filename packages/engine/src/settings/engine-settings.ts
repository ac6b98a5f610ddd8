import { modelStoreFolder } from "@codo/ollama-node-kit";
import { LLAMA_SERVER_VARIABLE } from "../inference/find-llama-server.js";
import { parseGoDuration } from "../wire/go-duration.js";

/** Everything about an engine that its environment or its caller can set. */
export interface EngineSettings {
  /** Folder of the model store; absent is none but the built-in models. */
  models?: string;
  host: string;
  port: number;
  /** Sequences of one model that are computed at once. */
  parallel: number;
  /** How long an unused model stays loaded, in milliseconds; negative is for ever. */
  keepAliveMs: number;
  /** Requests that may wait for a model or a sequence. */
  maxQueue: number;
  /** Models that may be loaded at once. */
  maxLoadedModels: number;
  /** Context window when neither model nor request says, in tokens. */
  contextLength: number;
  /** Further web origins that may use the server. */
  origins: string[];
  /** Path of a `llama-server` that computes in place of the built-in llama.cpp; `auto` is the one on the PATH. */
  llamaServer?: string;
  /** Whether the cloud is turned off, as `/api/status` reports it. */
  noCloud: boolean;
}

const DEFAULT_PORT = 11_434;
const DEFAULT_KEEP_ALIVE_MS = 300_000;

/** What an engine does when nothing is set. */
export const DEFAULT_SETTINGS: EngineSettings = {
  host: "127.0.0.1",
  port: 0,
  parallel: 1,
  keepAliveMs: DEFAULT_KEEP_ALIVE_MS,
  maxQueue: 512,
  maxLoadedModels: 3,
  contextLength: 4096,
  origins: [],
  noCloud: false,
};

/** Reads the settings from `OLLAMA_*` variables, as `ollama serve` does; what can't be read is the default. */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv = process.env): EngineSettings {
  return {
    ...DEFAULT_SETTINGS,
    ...parseListenAddress(clean(env.OLLAMA_HOST)),
    models: modelStoreFolder(env),
    parallel: countOf(env.OLLAMA_NUM_PARALLEL, DEFAULT_SETTINGS.parallel),
    keepAliveMs: parseKeepAlive(clean(env.OLLAMA_KEEP_ALIVE)) ?? DEFAULT_KEEP_ALIVE_MS,
    maxQueue: countOf(env.OLLAMA_MAX_QUEUE, DEFAULT_SETTINGS.maxQueue),
    maxLoadedModels: countOf(env.OLLAMA_MAX_LOADED_MODELS, DEFAULT_SETTINGS.maxLoadedModels),
    contextLength: countOf(env.OLLAMA_CONTEXT_LENGTH, DEFAULT_SETTINGS.contextLength),
    origins: clean(env.OLLAMA_ORIGINS)
      .split(",")
      .filter((origin) => origin !== ""),
    ...(clean(env[LLAMA_SERVER_VARIABLE]) !== "" && { llamaServer: clean(env[LLAMA_SERVER_VARIABLE]) }),
    noCloud: /^(1|t|true)$/i.test(clean(env.OLLAMA_NO_CLOUD)),
  };
}

/** Where `OLLAMA_HOST` says to listen; parts that are missing or wrong are the defaults. */
export function parseListenAddress(text: string): { host: string; port: number } {
  const [rest = ""] = text.replace(/^[a-z]+:\/\//i, "").split("/", 1);
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  const schemePort = scheme === "http" ? 80 : scheme === "https" ? 443 : DEFAULT_PORT;
  const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(rest);
  // Several colons without brackets: a bare IPv6 address.
  if (match === null) return { host: rest, port: schemePort };
  const host = (match[1] ?? "").replace(/^\[|\]$/g, "") || "127.0.0.1";
  const port = match[2] === undefined ? schemePort : Number(match[2]);
  return { host, port: Number.isInteger(port) && port >= 0 && port <= 65_535 && match[2] !== "" ? port : DEFAULT_PORT };
}

/** Reads a keep-alive as the environment has it, in milliseconds: a Go duration, or a number of seconds. */
export function parseKeepAlive(text: string): number | undefined {
  if (text === "") return undefined;
  if (/^-?\d+$/.test(text)) return Number(text) * 1000;
  return parseGoDuration(text);
}

function countOf(text: string | undefined, fallback: number): number {
  const number = Number(clean(text));
  return clean(text) !== "" && Number.isInteger(number) && number > 0 ? number : fallback;
}

function clean(text: string | undefined): string {
  return (text ?? "").trim().replace(/^["']|["']$/g, "");
}

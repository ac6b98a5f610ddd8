import { OllamaError } from "@codo/ollama-contract";
import type { Environment } from "../locations/locations.js";
import { type ConfigSettings, runSettingEntries, scalarEntries } from "../schema/config-schema.js";
import { didYouMean } from "../schema/nearest-key.js";
import { formatSettingPath, parseSettingPath, type SettingPath } from "../schema/setting-path.js";
import { parseSettingValue } from "../schema/setting-value.js";
import type { ConfigLayer, LayerNote } from "./config-layer.js";
import { splitHost } from "./server-address.js";

/** Variables with the prefix that are no settings. */
const NOT_SETTINGS = new Set(["CODO_CONFIG", "CODO_STATE_DIR", "CODO_TRUST_PROJECT"]);

/** Every variable that sets something, with the key that it sets: `CODO_SERVER_PORT` → `serverPort`. */
export const ENVIRONMENT_VARIABLES: ReadonlyMap<string, string> = new Map([
  ...Object.keys(scalarEntries).map((key) => [variableName(key), key] as const),
  ...Object.keys(runSettingEntries).map((key) => [variableName(key), `options.${key}`] as const),
]);

/** What the environment sets: `OLLAMA_HOST`, and over it each `CODO_…` variable. Empty variables count as not set. */
export function environmentLayer(env: Environment): ConfigLayer {
  const settings: ConfigSettings = {};
  const sources = new Map<string, string>();
  const notes: LayerNote[] = [];
  const host = env.OLLAMA_HOST?.trim();
  if (host) {
    const split = splitHost(host);
    settings.serverHost = split.serverHost;
    settings.serverPort = split.serverPort;
    for (const message of split.warnings) notes.push(hostNote(host, message));
    for (const key of ["serverHost", "serverPort"]) sources.set(key, "OLLAMA_HOST");
  }
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith("CODO_") || NOT_SETTINGS.has(variable) || text === undefined || text === "") continue;
    const key = ENVIRONMENT_VARIABLES.get(variable);
    if (key === undefined) {
      notes.push(...unknownVariable(variable));
      continue;
    }
    const path = parseSettingPath(key);
    try {
      put(settings, path, parseSettingValue(path, text));
      sources.set(formatSettingPath(path), variable);
    } catch (error) {
      if (!OllamaError.is(error)) throw error;
      notes.push({ severity: "error", path: variable, message: error.message });
    }
  }
  return {
    name: "environment",
    source: "environment",
    settings,
    sourceOf: (path) => sources.get(formatSettingPath(path)),
    notes,
  };
}

/** A port that is none is an error: what would be used in its place may be the port of another server. */
function hostNote(host: string, message: string): LayerNote {
  const path = "OLLAMA_HOST";
  if (!message.startsWith("The port ")) return { severity: "warning", path, message };
  const [what = message] = message.split("; ");
  // A password in it is nobody else's business.
  const shown = host.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, "$1");
  return { severity: "error", path, message: `OLLAMA_HOST is "${shown}". ${what}.` };
}

function put(settings: ConfigSettings, path: SettingPath, value: unknown): void {
  const [first = "", second] = path;
  if (second === undefined) settings[first] = value;
  else settings.options = { ...settings.options, [second]: value };
}

function unknownVariable(variable: string): LayerNote[] {
  const suggestion = didYouMean(variable, ENVIRONMENT_VARIABLES.keys());
  // Other tools may use the prefix as well: speak up only when it was probably meant as a setting.
  if (suggestion === undefined) return [];
  const message = `${variable} is not a setting. Did you mean ${suggestion}?`;
  return [{ severity: "warning", path: variable, message, suggestion }];
}

function variableName(key: string): string {
  return `CODO_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

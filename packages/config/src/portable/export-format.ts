import { OllamaError } from "@codo/ollama-contract";
import { type ConfigSettings, SECRET_KEYS } from "../schema/config-schema.js";
import { JsoncDocument } from "../storage/jsonc-document.js";
import { hasCredentials } from "../storage/settings-file.js";
import { fromPython, isPythonFile, type PortableSettings } from "./python-format.js";

/** A configuration as one portable file. */
export interface ExportedConfig {
  kind: "codo.config-export";
  schemaVersion: 1;
  /** ISO 8601. */
  exportedAt: string;
  /** Secrets that were left out, by key. */
  withheld: string[];
  settings: ConfigSettings;
}

/** Packs settings for another machine; without secrets unless they are asked for. */
export function toExport(settings: ConfigSettings, options: { includeSecrets: boolean; now: Date }): ExportedConfig {
  const { $schema, ...portable } = structuredClone(settings);
  const withheld: string[] = [];
  if (!options.includeSecrets) {
    for (const key of SECRET_KEYS.filter((secret) => secret in portable)) {
      delete portable[key];
      withheld.push(key);
    }
    if (hasCredentials(portable.serverHost)) {
      portable.serverHost = portable.serverHost?.replace(/\/\/[^/]*@/, "//") ?? "";
      withheld.push("serverHost (its credentials)");
    }
  }
  const exportedAt = options.now.toISOString();
  return { kind: "codo.config-export", schemaVersion: 1, exportedAt, withheld, settings: portable };
}

/**
 * Reads a portable file: an export, a bare configuration file, or a file of the Python module.
 * @throws OllamaError `INVALID_CONFIG` when it is broken
 */
export function readPortable(text: string, file: string): PortableSettings {
  const content = new JsoncDocument(text, file).settings;
  if (content.kind === "codo.config-export") {
    const written = content.schemaVersion;
    if (typeof written === "number" && written > 1)
      throw new OllamaError(
        "INVALID_CONFIG",
        `${file} has schemaVersion ${written}, and this version reads 1: it is of a later version. Nothing was imported; upgrade to read it.`,
        { details: { file } },
      );
    return { settings: (content.settings ?? {}) as ConfigSettings, ignored: [] };
  }
  if (isPythonFile(content)) return fromPython(content);
  const { $schema, ...settings } = content;
  return { settings, ignored: [] };
}

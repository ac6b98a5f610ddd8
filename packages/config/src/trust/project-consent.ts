import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import type { ConfigSettings } from "../schema/config-schema.js";
import { SettingsFile } from "../storage/settings-file.js";
import { decidingSettings } from "./deciding-settings.js";

/** What a project's file asks the user's consent for. */
export interface ProjectConsent {
  /** The project's file. */
  file: string;
  /** The real path of its folder. */
  folder: string;
  /** The settings that need consent; none means that nothing is asked. */
  settings: Record<string, unknown>;
  /** SHA-256 of those settings, whatever their order: consent holds for this content. */
  hash: string;
}

/** What a project with these settings asks consent for. */
export async function projectConsent(file: string, settings: ConfigSettings): Promise<ProjectConsent> {
  const deciding = decidingSettings(settings);
  const folder = dirname(file);
  return {
    file,
    folder: await realpath(folder).catch(() => folder),
    settings: deciding,
    hash: createHash("sha256").update(canonical(deciding)).digest("hex"),
  };
}

/**
 * Reads what a project's file asks consent for; nothing where there is no such file.
 * @throws OllamaError `INVALID_CONFIG` where it is broken, `STORAGE_FAILED`
 */
export async function readProjectConsent(file: string): Promise<ProjectConsent | undefined> {
  const document = await new SettingsFile(file).read();
  return document === undefined ? undefined : await projectConsent(file, document.settings);
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}

import type { ConfigSettings } from "../schema/config-schema.js";
import type { SettingPath } from "../schema/setting-path.js";
import type { JsoncDocument } from "../storage/jsonc-document.js";

/** The layers from low to high: a later one wins. */
export const LAYER_NAMES = ["defaults", "user", "project", "environment", "model", "preset", "call"] as const;

/** The name of a layer. */
export type LayerName = (typeof LAYER_NAMES)[number];

/** What one layer sets, and where that comes from. */
export interface ConfigLayer {
  name: LayerName;
  /** For a person: a file's path, `environment`, a preset's or model's name. */
  source: string;
  settings: ConfigSettings;
  /** The file as it was read, for a layer that is a file. */
  document?: JsoncDocument;
  /** Where exactly a setting comes from, where that is finer than `source`: the variable's name. */
  sourceOf?: (path: SettingPath) => string | undefined;
  /** Problems met while reading the layer. */
  notes?: LayerNote[];
}

/** A warning about a layer: ignored or doubtful settings. */
export interface LayerNote {
  severity: "error" | "warning";
  path: string;
  message: string;
  suggestion?: string;
}

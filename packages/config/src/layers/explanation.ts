import { EXECUTION_OPTION_DEFAULTS } from "@codo/ollama-contract";
import { describeSetting } from "../schema/config-schema.js";
import { formatSettingPath, type SettingPath, schemaAt, valueAt } from "../schema/setting-path.js";
import type { ConfigLayer, LayerName } from "./config-layer.js";

/** One layer's value of a setting. */
export interface LayerValue {
  layer: LayerName;
  /** The file, variable, preset or model that set it. */
  source: string;
  value: unknown;
}

/** Where a setting's value comes from. */
export interface Explanation extends LayerValue {
  key: string;
  /** Whether a layer above the defaults set it. Options that are not set are not sent. */
  isSet: boolean;
  /** What lower layers said, highest first. */
  hidden: LayerValue[];
  /** What the setting means. */
  description?: string;
}

/** Says which layer settled a value and what it hid. `layers` are low to high. */
export function explainSetting(path: SettingPath, layers: readonly ConfigLayer[]): Explanation {
  const found: LayerValue[] = [];
  for (const layer of layers) {
    const value = valueAt(layer.settings, path);
    if (value === undefined) continue;
    found.unshift({ layer: layer.name, source: layer.sourceOf?.(path) ?? layer.source, value });
  }
  const fallback = defaultValue(path);
  if (fallback !== undefined && !found.some(({ layer }) => layer === "defaults")) {
    found.push({ layer: "defaults", source: "defaults", value: fallback });
  }
  const [top, ...hidden] = found;
  const description = describeSetting(schemaAt(path));
  return {
    key: formatSettingPath(path),
    ...(top ?? { layer: "defaults", source: "defaults", value: undefined }),
    isSet: top !== undefined && top.layer !== "defaults",
    hidden,
    ...(description === undefined ? {} : { description }),
  };
}

function defaultValue(path: SettingPath): unknown {
  const [head, option] = path;
  return head === "options" && option !== undefined
    ? (EXECUTION_OPTION_DEFAULTS as Readonly<Record<string, unknown>>)[option]
    : undefined;
}

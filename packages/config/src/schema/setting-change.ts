import type { ConfigSettings } from "./config-schema.js";
import type { SettingPath } from "./setting-path.js";

/** One change of settings: set a value, or take the key out where `value` is `undefined`. */
export interface SettingChange {
  path: SettingPath;
  value: unknown;
}

/** Makes changes to settings, in place; groups on the way to a value are made where they are missing. */
export function applyChanges(settings: ConfigSettings, changes: readonly SettingChange[]): void {
  for (const { path, value } of changes) {
    const key = path.at(-1) ?? "";
    const group = groupAt(settings, path.slice(0, -1));
    if (value === undefined) Reflect.deleteProperty(group, key);
    else define(group, key, value);
  }
}

function groupAt(settings: object, path: SettingPath): object {
  let node = settings;
  for (const key of path) {
    const inner = Object.hasOwn(node, key) ? (node as Record<string, unknown>)[key] : undefined;
    const group = typeof inner === "object" && inner !== null ? inner : {};
    if (group !== inner) define(node, key, group);
    node = group;
  }
  return node;
}

// A model may be called `__proto__`: to assign that would change what all objects share.
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

import { type ConfigChange, diffSettings, removedPaths } from "../portable/settings-diff.js";
import type { ConfigSettings } from "../schema/config-schema.js";
import type { SettingChange } from "../schema/setting-change.js";
import { nameLike, type SettingPath, valueAt } from "../schema/setting-path.js";

/** A setting's new value; of a model under the spelling of its name that the file already has. */
export function planSet(current: ConfigSettings, path: SettingPath, value: unknown): SettingChange[] {
  return [{ path: spelled(current, path), value }];
}

/** Takes a setting out, under its name here and its wire name. */
export function planUnset(current: ConfigSettings, path: SettingPath): SettingChange[] {
  const last = path.at(-1) ?? "";
  const wireName = last.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const spellings = wireName === last ? [path] : [path, [...path.slice(0, -1), wireName]];
  return spellings
    .map((spelling) => spelled(current, spelling))
    .filter((spelling) => valueAt(current, spelling) !== undefined)
    .map((present) => ({ path: present, value: undefined }));
}

/** Several values; a whole setting with `null` is taken out, while in a group `null` is a value. */
export function planUpdate(current: ConfigSettings, values: ConfigSettings): SettingChange[] {
  return asSettingChanges(diffSettings(current, values)).map((change) =>
    change.value === null && change.path.length < 2 ? { ...change, value: undefined } : change,
  );
}

/** Everything that differs between what was read and what is wanted now. */
export function planSave(asLoaded: ConfigSettings, wanted: ConfigSettings): SettingChange[] {
  const removals = removedPaths(asLoaded, wanted).map((path) => ({ path, value: undefined }));
  return [...removals, ...asSettingChanges(diffSettings(asLoaded, wanted))];
}

/** What a difference changes. */
export function asSettingChanges(changes: readonly ConfigChange[]): SettingChange[] {
  return changes.map(({ path, after }) => ({ path, value: after }));
}

function spelled(settings: ConfigSettings, path: SettingPath): SettingPath {
  const [group, name, ...rest] = path;
  return group === "models" && name !== undefined ? [group, nameLike(settings.models ?? {}, name), ...rest] : path;
}

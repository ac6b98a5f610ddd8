import { isDeepStrictEqual } from "node:util";
import { type ConfigChange, diffSettings, removedPaths } from "../portable/settings-diff.js";
import type { ConfigSettings, RunSettings } from "../schema/config-schema.js";
import type { SettingChange } from "../schema/setting-change.js";
import { nameLike, type SettingPath, valueAt } from "../schema/setting-path.js";

/** A setting's new value; of a model under the spelling of its name that the file already has. */
export function planSet(current: ConfigSettings, path: SettingPath, value: unknown): SettingChange[] {
  return [{ path: spelled(current, path), value }];
}

/** Takes a setting out, under its name here and its wire name. */
export function planUnset(current: ConfigSettings, path: SettingPath): SettingChange[] {
  const last = path.at(-1) ?? "";
  // A name that the user gave keeps its spelling: the preset "longForm" is another one than "long_form".
  const isGiven = path.length === 2 && path[0] !== "options";
  const wireName = last.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const spellings = isGiven || wireName === last ? [path] : [path, [...path.slice(0, -1), wireName]];
  return spellings
    .map((spelling) => spelled(current, spelling))
    .filter((spelling) => valueAt(current, spelling) !== undefined)
    .map((present) => ({ path: present, value: undefined }));
}

/** Replaces all of a group; what does not change is not written again, so that comments beside it stay. */
export function planReplace(current: ConfigSettings, path: SettingPath, wanted: RunSettings): SettingChange[] {
  const place = spelled(current, path);
  const before = valueAt(current, place);
  if (typeof before !== "object" || before === null || Array.isArray(before)) return [{ path: place, value: wanted }];
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.keys(wanted).filter((key) => !isDeepStrictEqual((before as RunSettings)[key], wanted[key]));
  return [
    ...removed.map((key) => ({ path: [...place, key], value: undefined })),
    ...changed.map((key) => ({ path: [...place, key], value: wanted[key] })),
  ];
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

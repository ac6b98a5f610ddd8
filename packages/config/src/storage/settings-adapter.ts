import { isDeepStrictEqual } from "node:util";
import type { Adapter } from "lowdb";
import type { ConfigSettings } from "../schema/config-schema.js";
import type { SettingChange } from "../schema/setting-change.js";
import type { JsoncDocument } from "./jsonc-document.js";
import type { LockedTextFile } from "./locked-text-file.js";

/**
 * A lowdb adapter for settings in a file with comments: what is written is the difference to what was read, so that
 * comments, order and layout of everything else stay.
 */
export class SettingsAdapter implements Adapter<ConfigSettings> {
  readonly #file: LockedTextFile;
  readonly #parse: (text: string | null) => Promise<JsoncDocument>;
  #document: JsoncDocument | undefined;

  /** @param parse reads the file's text, or makes the document of a missing file */
  constructor(file: LockedTextFile, parse: (text: string | null) => Promise<JsoncDocument>) {
    this.#file = file;
    this.#parse = parse;
  }

  /** The document as it was last read or written. */
  get document(): JsoncDocument | undefined {
    return this.#document;
  }

  async read(): Promise<ConfigSettings> {
    this.#document = await this.#parse(await this.#file.read());
    return structuredClone(this.#document.settings);
  }

  async write(settings: ConfigSettings): Promise<void> {
    const before = this.#document ?? (await this.#parse(null));
    const text = before.edit(changesBetween(before.settings, settings));
    const after = await this.#parse(text);
    await this.#file.write(text);
    this.#document = after;
  }
}

/** The smallest changes that make one object of the other; a list is one value. */
function changesBetween(before: object, after: object, path: readonly string[] = []): SettingChange[] {
  const [old, wanted] = [before, after] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(wanted ?? {})]);
  return [...keys].flatMap((key): SettingChange[] => {
    const [from, to] = [old?.[key], wanted?.[key]];
    if (isDeepStrictEqual(from, to)) return [];
    return isGroup(from) && isGroup(to)
      ? changesBetween(from, to, [...path, key])
      : [{ path: [...path, key], value: to }];
  });
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

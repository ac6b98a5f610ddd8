import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { Low } from "lowdb";
import { CONFIG_SCHEMA_URL, type ConfigSettings, SECRET_KEYS } from "../schema/config-schema.js";
import { applyChanges, type SettingChange } from "../schema/setting-change.js";
import type { JsoncDocument } from "./jsonc-document.js";
import { LockedTextFile } from "./locked-text-file.js";
import { SettingsAdapter } from "./settings-adapter.js";

/** What a new file starts from. */
export const EMPTY_FILE_TEXT: string = `{\n  "$schema": "${CONFIG_SCHEMA_URL}"\n}\n`;

/** Decides on changes by what the file holds at that moment. */
export type PlanChanges = (current: ConfigSettings) => readonly SettingChange[];

/** One configuration file on disk. Changes are read-modify-write under a lock, so that no writer loses another's. */
export class SettingsFile {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /**
   * The file as it is now; `undefined` when there is none.
   * @throws OllamaError `INVALID_CONFIG` (broken text, with line and column), `STORAGE_FAILED`
   */
  async read(): Promise<JsoncDocument | undefined> {
    const text = await this.#textFile().read();
    return text === null ? undefined : await this.#parse(text);
  }

  /**
   * Changes the file in one step and gives it as it then is. A missing file is made, a broken one is left alone.
   * @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED`
   */
  async change(plan: PlanChanges): Promise<ConfigSettings> {
    const file = this.#textFile();
    return await file.locked(async () => {
      const adapter = new SettingsAdapter(file, (text) => this.#parse(text ?? ""));
      const settings = new Low<ConfigSettings>(adapter, {});
      await settings.read();
      await settings.update((data) => applyChanges(data, plan(data)));
      return adapter.document?.settings ?? settings.data;
    });
  }

  /** Keeps a copy of the file beside it and empties it. Gives the copy's path; `undefined` when there was no file. */
  async reset(now: Date): Promise<string | undefined> {
    const text = this.#textFile();
    return await text.locked(async () => {
      const before = await text.read();
      const backup = `${this.file}.${now.toISOString().replace(/[:.]/g, "-")}.bak`;
      if (before !== null) await copyFile(this.file, backup, constants.COPYFILE_EXCL);
      await text.write(EMPTY_FILE_TEXT);
      return before === null ? undefined : backup;
    });
  }

  // One for each operation: it carries the lock that it holds.
  #textFile(): LockedTextFile {
    return new LockedTextFile(this.file, { isSecret: holdsSecret });
  }

  async #parse(text: string): Promise<JsoncDocument> {
    return await parseDocument(text.trim() === "" ? EMPTY_FILE_TEXT : text, this.file);
  }
}

/** Whether settings hold a key or a password, so that others must not read them. */
export function hasSecret(settings: ConfigSettings): boolean {
  return SECRET_KEYS.some((key) => key in settings) || hasCredentials(settings.serverHost);
}

/** Whether a host is a URL with a user name or password in it. */
export function hasCredentials(host: unknown): boolean {
  return typeof host === "string" && /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(host);
}

async function holdsSecret(text: string): Promise<boolean> {
  return hasSecret((await parseDocument(text, "the configuration")).settings);
}

// Most people have no file: the parser is loaded with the first one.
async function parseDocument(text: string, file: string): Promise<JsoncDocument> {
  const { JsoncDocument } = await import("./jsonc-document.js");
  return new JsoncDocument(text, file);
}

import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { Low } from "lowdb";
import * as v from "valibot";
import { type Environment, userFolders } from "../locations/locations.js";
import { LockedTextFile } from "../storage/locked-text-file.js";
import type { ProjectConsent } from "./project-consent.js";

/** A folder whose project settings the user has consented to. */
export interface TrustedProject {
  /** The folder's real path. */
  folder: string;
  /** The project's file. */
  file: string;
  /** SHA-256 of the deciding settings. */
  hash: string;
  /** Their names. */
  settings: string[];
  /** ISO 8601. */
  trustedAt: string;
}

const trustFileSchema = v.object({
  schemaVersion: v.literal(1),
  projects: v.array(
    v.object({
      folder: v.string(),
      file: v.string(),
      hash: v.string(),
      settings: v.array(v.string()),
      trustedAt: v.string(),
    }),
  ),
});

/**
 * The user's consents to settings of projects, one for each folder, in `trusted-projects.json` of the state folder
 * (mode 0600). A consent holds for the folder's real path and the content of the deciding settings.
 */
export class ProjectTrust {
  /** Where the consents are kept. */
  readonly file: string;

  /** `env` gives the state folder. @defaultValue `process.env` */
  constructor(env: Environment = process.env) {
    this.file = join(env.CODO_STATE_DIR || userFolders(env).state, "trusted-projects.json");
  }

  /** Every consent, newest last. @throws OllamaError `STORAGE_FAILED` where the file cannot be read or is damaged */
  async list(): Promise<TrustedProject[]> {
    return this.#parse(await this.#textFile().read());
  }

  /** Whether the user has consented to what a project asks for. What cannot be read is no consent. */
  async isTrusted({ folder, hash }: ProjectConsent): Promise<boolean> {
    const known = await this.list().catch(() => []);
    return known.some((project) => project.folder === folder && project.hash === hash);
  }

  /** Records the user's consent in place of an earlier one for the folder. @throws OllamaError `STORAGE_FAILED` */
  async add({ folder, file, hash, settings }: ProjectConsent, now: Date = new Date()): Promise<TrustedProject> {
    const trusted = { folder, file, hash, settings: Object.keys(settings), trustedAt: now.toISOString() };
    await this.#change((projects) => [...projects.filter((project) => project.folder !== folder), trusted]);
    return trusted;
  }

  /** Takes a folder's consent back. `false` where there was none. @throws OllamaError `STORAGE_FAILED` */
  async remove(folder: string): Promise<boolean> {
    // A folder that is gone by now has no real path to find it by.
    const names = new Set([resolve(folder), await realpath(folder).catch(() => resolve(folder))]);
    let isRemoved = false;
    await this.#change((projects) => {
      const left = projects.filter((project) => !names.has(project.folder));
      isRemoved = left.length < projects.length;
      return left;
    });
    return isRemoved;
  }

  async #change(plan: (projects: TrustedProject[]) => TrustedProject[]): Promise<void> {
    const file = this.#textFile();
    await file.locked(async () => {
      const database = new Low<TrustedProject[]>(
        {
          read: async () => this.#parse(await file.read()),
          write: (projects) => file.write(`${JSON.stringify({ schemaVersion: 1, projects }, null, 2)}\n`),
        },
        [],
      );
      await database.read();
      database.data = plan(database.data);
      await database.write();
    });
  }

  #parse(text: string | null): TrustedProject[] {
    if (text === null) return [];
    const data = parseJson(text);
    const { success, output } = v.safeParse(trustFileSchema, data);
    if (success) return output.projects;
    const written = (data as { schemaVersion?: unknown } | null | undefined)?.schemaVersion;
    const message =
      typeof written === "number" && written > 1
        ? `${this.file} has schemaVersion ${written}, and this version reads 1: it is of a later version, so no project is trusted here. Upgrade to use it.`
        : `${this.file} is damaged, so no project is trusted. Delete it, and trust your projects again.`;
    throw new OllamaError("STORAGE_FAILED", message, { details: { file: this.file } });
  }

  // One for each operation: it carries the lock that it holds.
  #textFile(): LockedTextFile {
    return new LockedTextFile(this.file, { isSecret: () => true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

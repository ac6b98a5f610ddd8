import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { type FileLock, withFileLock } from "@codo/ollama-node-kit";
import { BlobStore } from "./blob-store.js";
import { digestOf } from "./digest.js";
import { type Manifest, parseManifest } from "./manifest.js";
import { type ModelName, nameKey, parseModelName } from "./model-name.js";

/** A model as the store lists it. */
export interface StoredManifest {
  name: ModelName;
  manifest: Manifest;
  /** Digest of the manifest's bytes, without `sha256:`. */
  digest: string;
  modifiedNs: bigint;
}

/** How long a change of the store waits for another process's. */
/** Characters of a SHA-256 in hexadecimal. */
const DIGEST_LENGTH = 64;
const LONGEST_WAIT_MS = 60_000;
const NOT_WRITABLE = new Set(["EACCES", "EPERM", "EROFS", "EEXIST", "ENOTDIR"]);

/**
 * A folder in Ollama's own layout: `manifests/<host>/<namespace>/<model>/<tag>` and `blobs/sha256-<hex>`. Reading
 * changes nothing, so that a folder that another process owns can be read while that process writes.
 */
export class ModelStore {
  readonly blobs: BlobStore;
  readonly #folder: string;
  readonly #manifests: string;
  #changes: Promise<unknown> = Promise.resolve();
  #lock: FileLock | undefined;

  /** @param folder - need not be there; it is made by the first write */
  constructor(folder: string) {
    this.#folder = folder;
    this.#manifests = join(folder, "manifests");
    this.blobs = new BlobStore(join(folder, "blobs"));
  }

  /**
   * Lets one change of the store follow the other, also those of other processes: a model that is being made would else
   * lose the blobs that it found there, when the model that brought them is removed meanwhile.
   * @throws OllamaError `STORAGE_FAILED` when another process does not finish its change
   */
  async exclusively<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#changes.then(() => this.#locked(change));
    this.#changes = turn.catch(() => undefined);
    return await turn;
  }

  /**
   * Says that a model is about to be made of a blob: until {@link BlobStore.release} no process takes the blob away.
   * @returns whether it is there
   */
  async claimBlob(digest: string): Promise<boolean> {
    try {
      await this.exclusively(() => this.blobs.claim(digest));
    } catch (error) {
      // A process that may only read the store creates no model either.
      if (!OllamaError.is(error) || error.details.isReadOnly !== true) throw error;
    }
    return await this.blobs.has(digest);
  }

  /** All models whose manifest can be read; what is damaged is passed over. */
  async list(): Promise<StoredManifest[]> {
    const names = await this.#names();
    const models = await Promise.all(names.map((name) => this.#read(name)));
    return models.filter((model) => model !== undefined);
  }

  /** A model by its name; case does not count. */
  async get(name: ModelName): Promise<StoredManifest | undefined> {
    const exact = await this.#read(name);
    if (exact !== undefined) return exact;
    const names = await this.#names();
    const same = names.find((candidate) => nameKey(candidate) === nameKey(name));
    return same === undefined ? undefined : this.#read(same);
  }

  /** Writes a model's manifest. */
  async put(name: ModelName, manifest: Manifest): Promise<void> {
    await this.putText(name, JSON.stringify(manifest));
  }

  /** Writes a model's manifest as a registry has it: its digest is that of these bytes. */
  async putText(name: ModelName, manifest: string): Promise<void> {
    await this.#write(name, manifest);
  }

  /** A manifest's own bytes, of which its digest is; `undefined` when another process took it away. */
  async manifestText(name: ModelName): Promise<string | undefined> {
    return await readFile(this.#path(name), "utf8").catch(() => undefined);
  }

  /** Gives a model a second name; resolves to `false` when there is no such model. */
  async copy(source: ModelName, destination: ModelName): Promise<boolean> {
    const stored = await this.get(source);
    if (stored === undefined) return false;
    await this.#write(destination, await readFile(this.#path(stored.name), "utf8"));
    return true;
  }

  /** Removes a model's manifest and those of its blobs that no other model needs. */
  async remove(name: ModelName): Promise<boolean> {
    const stored = await this.get(name);
    if (stored === undefined) return false;
    await rm(this.#path(stored.name), { force: true });
    await this.removeUnused([stored.manifest.config.digest, ...stored.manifest.layers.map(({ digest }) => digest)]);
    return true;
  }

  /** Removes those of some blobs that no manifest names; none while there is a manifest that cannot be read. */
  async removeUnused(digests: readonly string[]): Promise<void> {
    const needed = await this.#namedDigests();
    if (needed === undefined) return;
    await this.#lock?.assertHeld();
    for (const digest of digests) {
      if (!needed.has(digest) && !(await this.blobs.isClaimed(digest))) await this.blobs.remove(digest);
    }
  }

  async #locked<T>(change: () => Promise<T>): Promise<T> {
    const run = async (lock: FileLock): Promise<T> => {
      this.#lock = lock;
      return await change();
    };
    try {
      await mkdir(this.#folder, { recursive: true });
      return await withFileLock(this.#manifests, run, { waitMs: LONGEST_WAIT_MS });
    } catch (error) {
      throw NOT_WRITABLE.has((error as NodeJS.ErrnoException).code ?? "") ? this.#notWritable(error) : error;
    } finally {
      this.#lock = undefined;
    }
  }

  #notWritable(cause: unknown): OllamaError {
    const message = `The model store ${this.#folder} can't be written. Change its permissions, or name another folder with OLLAMA_MODELS.`;
    return new OllamaError("STORAGE_FAILED", message, { cause, details: { folder: this.#folder, isReadOnly: true } });
  }

  /** Writes whole or not at all, and in the place of a name that only differs in case. */
  async #write(name: ModelName, content: string): Promise<void> {
    const path = this.#path((await this.get(name))?.name ?? name);
    const temporary = join(this.#manifests, `.codo-partial-${randomUUID()}`);
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(temporary, content, { flag: "wx" });
      await this.#lock?.assertHeld();
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  // Any mention counts, so that the weights of a model that is damaged, or of a later kind, are not taken from it.
  async #namedDigests(): Promise<Set<string> | undefined> {
    const named = new Set<string>();
    try {
      for (const entry of await readdir(this.#manifests, { recursive: true, withFileTypes: true })) {
        if (entry.isDirectory()) continue;
        const text = await readFile(join(entry.parentPath, entry.name), "utf8");
        for (const [, hex = ""] of text.matchAll(/sha256[:-]([0-9a-f]+)/gi)) {
          if (hex.length >= DIGEST_LENGTH) named.add(`sha256:${hex.slice(0, DIGEST_LENGTH).toLowerCase()}`);
        }
      }
    } catch {
      return undefined;
    }
    return named;
  }

  async #read(name: ModelName): Promise<StoredManifest | undefined> {
    const path = this.#path(name);
    try {
      const content = await readFile(path, "utf8");
      const manifest = parseManifest(content);
      if (manifest === undefined) return undefined;
      const { mtimeNs } = await stat(path, { bigint: true });
      return { name, manifest, digest: digestOf(content).slice("sha256:".length), modifiedNs: mtimeNs };
    } catch {
      return undefined;
    }
  }

  async #names(): Promise<ModelName[]> {
    let entries: string[];
    try {
      entries = await readdir(this.#manifests, { recursive: true });
    } catch {
      return [];
    }
    const names: ModelName[] = [];
    for (const entry of entries) {
      const [host, namespace, model, tag, ...rest] = entry.split(/[\\/]/);
      if (tag === undefined || rest.length > 0) continue;
      const name = parseModelName(`${host}/${namespace}/${model}:${tag}`);
      if (name !== undefined) names.push(name);
    }
    return names;
  }

  /** Where a model's manifest is, or would be. */
  manifestPath(name: ModelName): string {
    return this.#path(name);
  }

  #path({ host, namespace, model, tag }: ModelName): string {
    return join(this.#manifests, host, namespace, model, tag);
  }
}

import type { LoadedModel, ModelDescription, OllamaModel } from "@codo/ollama-contract";
import { sameModelName } from "@codo/ollama-contract";
import { traceRequest } from "../diagnostics/request-channels.js";
import type { ListedModel } from "../wire/model-info.js";
import { SharedValue } from "./shared-value.js";
import { readModels } from "./to-ollama-model.js";

/** Where a catalog gets its models from, and how long it keeps them. */
export interface ModelCatalogInit {
  list: () => PromiseLike<{ models?: readonly ListedModel[] }>;
  listLoaded: () => Promise<LoadedModel[]>;
  ttlMs: number;
  now: () => number;
}

/** What is loaded changes by itself: it is asked for again after a few seconds. */
const LOADED_TTL_MS = 5000;

/**
 * A digest that goes into a result has to be that of the model that ran: another program may have pulled a newer one
 * since the list was made, so a list for this is not older than a minute.
 */
const DIGEST_TTL_MS = 60_000;

/** The models of a server, kept for a while. */
export class ModelCatalog {
  readonly #ttlMs: number;
  readonly #list: SharedValue<readonly OllamaModel[]>;
  readonly #loaded: SharedValue<LoadedModel[]>;
  readonly #descriptions = new Map<string, ModelDescription>();
  readonly #downloading = new Map<string, number>();

  constructor({ list, listLoaded, ttlMs, now }: ModelCatalogInit) {
    this.#ttlMs = ttlMs;
    this.#list = new SharedValue(async () => {
      return readModels(await traceRequest("list", undefined, list));
    }, now);
    this.#loaded = new SharedValue(listLoaded, now);
  }

  /** All models, as the server orders them; each call gives objects of its own. */
  async models(forceRefresh: boolean): Promise<OllamaModel[]> {
    if (forceRefresh) this.#loaded.invalidate();
    const [models, loaded] = await Promise.all([this.#list.get(forceRefresh ? 0 : this.#ttlMs), this.#loadedOrNone()]);
    return models.map((model) => this.#withState(model, loaded));
  }

  /** A model by its name; when the kept list lacks it, the server is asked before the answer is no. */
  async find(name: string): Promise<OllamaModel | undefined> {
    const isFresh = this.#list.ageMs >= this.#ttlMs;
    const found = byName(await this.models(false), name);
    return found !== undefined || isFresh ? found : byName(await this.models(true), name);
  }

  /** The digest of a model that has just run. Never throws. */
  async digestOf(name: string): Promise<string | undefined> {
    const models = await this.#list.get(Math.min(DIGEST_TTL_MS, this.#ttlMs || DIGEST_TTL_MS)).catch(() => undefined);
    return byName(models ?? this.#list.peek() ?? [], name)?.digest || undefined;
  }

  /** What `show` says of a model, asked for once for each digest. */
  async describe(name: string, show: () => Promise<ModelDescription>): Promise<ModelDescription> {
    const digest = (await this.find(name))?.digest || undefined;
    const known = digest === undefined ? undefined : this.#descriptions.get(digest);
    if (known !== undefined) return { ...known, name };
    const description = await show();
    if (digest === undefined) return description;
    this.#descriptions.set(digest, { ...description, digest });
    return { ...description, digest };
  }

  /** Notes that a download has begun. @returns notes its end */
  beginDownload(name: string): () => void {
    this.#downloading.set(name, (this.#downloading.get(name) ?? 0) + 1);
    return () => {
      const left = (this.#downloading.get(name) ?? 1) - 1;
      if (left > 0) this.#downloading.set(name, left);
      else this.#downloading.delete(name);
      this.invalidate();
    };
  }

  /** The list of models has changed. */
  invalidate(): void {
    this.#list.invalidate();
    this.#loaded.invalidate();
  }

  /** What is held in memory may have changed. */
  invalidateLoaded(): void {
    this.#loaded.invalidate();
  }

  async #loadedOrNone(): Promise<LoadedModel[]> {
    // A server that cannot say what it has loaded can still say what it has.
    return await this.#loaded.get(LOADED_TTL_MS).catch(() => []);
  }

  #withState(model: OllamaModel, loaded: LoadedModel[]): OllamaModel {
    const capabilities = this.#descriptions.get(model.digest)?.capabilities;
    const isDownloading = [...this.#downloading.keys()].some((name) => sameModelName(name, model.name));
    const isLoaded = loaded.some(({ name }) => sameModelName(name, model.name));
    return {
      ...model,
      status: isDownloading ? "downloading" : isLoaded ? "loaded" : "available",
      ...(capabilities === undefined ? {} : { capabilities: [...capabilities] }),
    };
  }
}

function byName(models: readonly OllamaModel[], name: string): OllamaModel | undefined {
  return models.find((model) => sameModelName(model.name, name));
}

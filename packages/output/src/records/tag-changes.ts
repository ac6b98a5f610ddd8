import type { FileOperations } from "../files/file-operations.js";
import { MarkerFiles } from "../files/marker-files.js";
import { hashOfId } from "./id-hash.js";
import { modelFolder, modelOfFolder } from "./model-folder.js";
import { isRecordId } from "./record-id.js";

const ID_LENGTH = "01JDAB0000000000000000000A".length;
const [ADDED, REMOVED] = ["+", "-"];

/** What a record's own tags became. */
interface ChangedTags {
  /** As text. */
  added: string[];
  /** As in the marker's name, which a tag too long for a name has as well. */
  removed: Set<string>;
}

/**
 * The tags that were added to saved records or taken from them: one marker file for each, named by the id, a sign and
 * the tag. A record's file never changes after it was saved, so two processes can change its tags at once, and a kill
 * between two changes leaves the one done and the other not.
 */
export class TagChanges {
  readonly #markers: MarkerFiles;
  #names: readonly string[] = [];
  #changes = new Map<string, ChangedTags>();
  #hashes = new Set<number>();

  constructor(folder: string, files: FileOperations) {
    const words = { create: "add a tag with", remove: "remove the tag" };
    this.#markers = new MarkerFiles(folder, files, words);
  }

  /** Takes in what any process has changed since. @throws STORAGE_FAILED */
  refresh(): void {
    const names = this.#markers.names();
    if (names === this.#names) return;
    this.#names = names;
    this.#changes = new Map();
    // A folder gives its names in no order; the tags of a record have one.
    for (const name of [...names].sort()) this.#read(name);
    this.#hashes = new Set([...this.#changes.keys()].map(hashOfId));
  }

  /** Whether the tags of a record with this hash of its id may have been changed. */
  mayConcern(idHash: number): boolean {
    return this.#hashes.has(idHash);
  }

  /** A record's tags, from those it was saved with. */
  tagsOf(id: string, own: readonly string[]): string[] {
    const changed = this.#changes.get(id);
    if (changed === undefined) return [...own];
    const { added, removed } = changed;
    const kept = own.filter((tag) => added.includes(tag) || !removed.has(modelFolder(tag)));
    return [...kept, ...added.filter((tag) => !own.includes(tag))];
  }

  /** The same for an entry of the index; the entry itself where nothing changed. */
  applyTo<T extends { id: string; tags: string[] }>(entry: T): T {
    if (!this.#changes.has(entry.id)) return entry;
    return { ...entry, tags: this.tagsOf(entry.id, entry.tags) };
  }

  /** Adds a tag to a record. What adds comes first, and wins over what removes: at no moment is the tag lost. @throws STORAGE_FAILED */
  add(id: string, tag: string, own: readonly string[]): void {
    if (!own.includes(tag)) this.#markers.create(markerName(id, ADDED, tag));
    this.#markers.remove(markerName(id, REMOVED, tag));
  }

  /** Takes a tag from a record. @throws STORAGE_FAILED */
  remove(id: string, tag: string, own: readonly string[]): void {
    if (own.includes(tag)) this.#markers.create(markerName(id, REMOVED, tag));
    this.#markers.remove(markerName(id, ADDED, tag));
  }

  /** Removes what is kept about records that are gone. @throws STORAGE_FAILED */
  forget(ids: readonly string[]): void {
    this.refresh();
    const gone = new Set(ids.filter((id) => this.#changes.has(id)));
    if (gone.size === 0) return;
    for (const name of this.#names) if (gone.has(name.slice(0, ID_LENGTH))) this.#markers.remove(name);
  }

  #read(name: string): void {
    const [id, sign, tag] = [name.slice(0, ID_LENGTH), name.charAt(ID_LENGTH), name.slice(ID_LENGTH + 1)];
    if (!isRecordId(id) || (sign !== ADDED && sign !== REMOVED)) return;
    const changed = this.#changes.get(id) ?? { added: [], removed: new Set() };
    if (sign === REMOVED) changed.removed.add(tag);
    else {
      const text = modelOfFolder(tag);
      if (text !== undefined) changed.added.push(text);
    }
    this.#changes.set(id, changed);
  }
}

/** Whether a tag can be added to a saved record: a file's name has room for it. */
export function fitsMarker(tag: string): boolean {
  return modelOfFolder(modelFolder(tag)) !== undefined;
}

/** The escapes of {@link modelFolder} are safe in any file's name, and never two tags have the same. */
function markerName(id: string, sign: string, tag: string): string {
  return `${id}${sign}${modelFolder(tag)}`;
}

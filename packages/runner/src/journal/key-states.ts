import { HashTable } from "./hash-table.js";

/** Small numbers by key, for so many keys that a map of them would be large: 12 bytes each. */
export class KeyStates {
  readonly #table: HashTable = new HashTable(Uint32Array);

  /** The number of a key, where it has one. */
  get(key: string): number | undefined {
    return this.#table.get(key);
  }

  /** Sets the number of a key. */
  set(key: string, state: number): void {
    this.#table.set(key, state);
  }
}

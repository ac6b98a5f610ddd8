import { type ExecutionRequest, OllamaError } from "@codo/ollama-contract";
import { HashTable } from "../journal/hash-table.js";
import { contentHash, occurrenceKey } from "../journal/item-key.js";

/** Gives each item of a batch its journal key, in the order of the input. */
export class BatchKeys {
  readonly #ids: HashTable = new HashTable(Uint8Array);
  readonly #occurrences: HashTable = new HashTable(Uint32Array);

  /**
   * The key of the next item. It holds a hash of all that makes the answer, also where the item has an id: an item that
   * was changed under its id is another one, and an old answer is never given for it.
   * @throws OllamaError `INVALID_REQUEST` for an id that the batch had before: one of the two would never run
   */
  next(request: ExecutionRequest, id: string | undefined): string {
    const content = contentHash(request);
    if (id !== undefined) return this.#fromId(id, content);
    const occurrence = this.#occurrences.get(content) ?? 0;
    this.#occurrences.set(content, occurrence + 1);
    return occurrenceKey(content, occurrence);
  }

  #fromId(id: string, content: string): string {
    if (this.#ids.get(id) === undefined) {
      this.#ids.set(id, 1);
      return `${id}#${content}`;
    }
    throw new OllamaError(
      "INVALID_REQUEST",
      `The id "${id}" occurs twice in the batch. With a journal an id stands for one item; make them unique.`,
    );
  }
}

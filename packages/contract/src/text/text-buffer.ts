/**
 * A text that comes in pieces. They are kept in a list: `+=` makes an object for each piece that points to all before,
 * and the garbage collector follows such a chain link by link as long as the answer is under way.
 */
export class TextBuffer {
  #pieces: string[] = [];

  push(piece: string): void {
    this.#pieces.push(piece);
  }

  toString(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join("")];
    return this.#pieces[0] ?? "";
  }
}

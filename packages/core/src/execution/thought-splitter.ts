/** A piece of a reply, taken apart; either may be empty. */
export interface ThoughtPiece {
  thinking: string;
  text: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";

/**
 * Takes a thought out of text that comes in pieces. A server does that itself where its template says how, and
 * leaves `<think>…</think>` in the text where not. What may still become a tag is held back.
 */
export class ThoughtSplitter {
  #state: "opening" | "before thought" | "thought" | "before answer" | "answer" = "opening";
  #held = "";
  #found = false;

  /** Whether a thought was found. */
  get found(): boolean {
    return this.#found;
  }

  push(piece: string): ThoughtPiece {
    if (this.#state === "answer") return { thinking: "", text: piece };
    this.#held += piece;
    const taken: ThoughtPiece = { thinking: "", text: "" };
    while (this.#advance(taken));
    return taken;
  }

  /** What was held back, when nothing follows, or when the server turns out to take thoughts out itself. */
  finish(): ThoughtPiece {
    const rest = this.#held;
    const isThought = this.#state === "thought";
    const isSpace = this.#state === "before thought" || this.#state === "before answer";
    this.#held = "";
    this.#state = "answer";
    return { thinking: isThought ? rest : "", text: isThought || isSpace ? "" : rest };
  }

  /** Takes one step; `false` when more text is needed. */
  #advance(taken: ThoughtPiece): boolean {
    switch (this.#state) {
      case "opening":
        return this.#lookForOpening();
      case "before thought":
      case "before answer":
        this.#held = this.#held.trimStart();
        if (this.#held === "") return false;
        this.#state = this.#state === "before thought" ? "thought" : "answer";
        return true;
      case "thought":
        return this.#readThought(taken);
      case "answer":
        taken.text += this.#held;
        this.#held = "";
        return false;
    }
  }

  #lookForOpening(): boolean {
    const begun = this.#held.trimStart();
    if (begun.startsWith(OPEN)) {
      this.#held = begun.slice(OPEN.length);
      this.#state = "before thought";
      this.#found = true;
      return true;
    }
    if (OPEN.startsWith(begun)) return false;
    this.#state = "answer";
    return true;
  }

  #readThought(taken: ThoughtPiece): boolean {
    const end = this.#held.indexOf(CLOSE);
    const length = end >= 0 ? end : this.#held.length - beginningOfClose(this.#held);
    taken.thinking += this.#held.slice(0, length);
    this.#held = this.#held.slice(end >= 0 ? end + CLOSE.length : length);
    if (end >= 0) this.#state = "before answer";
    return end >= 0;
  }
}

/** How many characters at the end of a text may be the beginning of the closing tag. */
function beginningOfClose(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}

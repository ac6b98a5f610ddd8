import type { TokenLogprob } from "../inference-contract.js";

/** A token's log-probability with the candidates beside it. */
export type Logprob = TokenLogprob & { topLogprobs?: TokenLogprob[] };

/** Text that can be given out, with the log-probabilities of its tokens if they are wanted. */
export interface OutputPiece {
  text: string;
  logprobs: Logprob[];
}

/**
 * Turns the bytes of tokens into text that is safe to give out: whole characters only, and nothing that may still
 * become a stop string.
 */
export class OutputText {
  /** Whether a stop string came; what follows it is dropped. */
  stopped = false;
  readonly #decoder = new TextDecoder("utf-8");
  readonly #stops: string[];
  #held = "";
  /** Log-probabilities of tokens that are not given out, with where in the held text each token begins. */
  #heldLogprobs: { start: number; logprob: Logprob }[] = [];

  constructor(stops: string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /** Adds a token; the piece is empty while everything is held back. */
  push(bytes: Uint8Array, logprob?: Logprob): OutputPiece {
    if (logprob !== undefined) this.#heldLogprobs.push({ start: this.#held.length, logprob });
    this.#held += this.#decoder.decode(bytes, { stream: true });
    const stop = this.#findStop();
    if (stop !== undefined) {
      this.stopped = true;
      return this.#take(stop);
    }
    return this.#take(this.#held.length - this.#possibleStopLength());
  }

  /** What was held back, when generation ends without a stop string. A character that is cut off is dropped. */
  finish(): OutputPiece {
    return this.stopped ? { text: "", logprobs: [] } : this.#take(this.#held.length);
  }

  #findStop(): number | undefined {
    let first: number | undefined;
    for (const stop of this.#stops) {
      const index = this.#held.indexOf(stop);
      if (index !== -1 && (first === undefined || index < first)) first = index;
    }
    return first;
  }

  /** How many characters at the end of the held text are the beginning of a stop string. */
  #possibleStopLength(): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, this.#held.length); length > longest; length--) {
        if (this.#held.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }

  #take(length: number): OutputPiece {
    if (length === 0) return { text: "", logprobs: [] };
    const text = this.#held.slice(0, length);
    const given = this.#heldLogprobs.filter(({ start }) => start < length);
    this.#held = this.#held.slice(length);
    this.#heldLogprobs = this.#heldLogprobs
      .slice(given.length)
      .map(({ start, logprob }) => ({ start: start - length, logprob }));
    return { text, logprobs: given.map(({ logprob }) => logprob) };
  }
}

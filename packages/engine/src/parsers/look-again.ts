const SHORT = 4096;
const GROWTH = 1.02;

/**
 * Says when to look again at a text that was not complete. To look at the whole of a long text for each token takes
 * time that grows with its square: a long text has to have grown a little first.
 */
export class LookAgain {
  #from = 0;

  isDue(length: number): boolean {
    return length >= this.#from;
  }

  /** The text of this length was not complete. */
  later(length: number): void {
    this.#from = length < SHORT ? 0 : Math.ceil(length * GROWTH);
  }

  /** Another text begins. */
  reset(): void {
    this.#from = 0;
  }
}

/**
 * A value that is fetched when it is needed and kept for a while. Those who ask while it is fetched share the fetch;
 * a fetch that was under way when the value became invalid serves those who asked before, and is not kept.
 */
export class SharedValue<T> {
  readonly #fetch: () => Promise<T>;
  readonly #now: () => number;
  #kept: { value: T; atMs: number } | undefined;
  #fetching: Promise<T> | undefined;

  constructor(fetch: () => Promise<T>, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
  }

  /** The value, not older than `maxAgeMs`; 0 fetches it again. */
  async get(maxAgeMs: number): Promise<T> {
    if (this.#kept !== undefined && this.ageMs < maxAgeMs) return this.#kept.value;
    this.#fetching ??= this.#start();
    return await this.#fetching;
  }

  /** The value where it is at hand, however old. */
  peek(): T | undefined {
    return this.#kept?.value;
  }

  /** Milliseconds since it was fetched; infinite where it was not. */
  get ageMs(): number {
    return this.#kept === undefined ? Number.POSITIVE_INFINITY : this.#now() - this.#kept.atMs;
  }

  /** Forgets the value: the next to ask has it fetched. */
  invalidate(): void {
    this.#kept = undefined;
    this.#fetching = undefined;
  }

  #start(): Promise<T> {
    const fetching: Promise<T> = this.#fetch().then(
      (value) => {
        if (this.#fetching === fetching) this.#kept = { value, atMs: this.#now() };
        this.#settle(fetching);
        return value;
      },
      (error: unknown) => {
        this.#settle(fetching);
        throw error;
      },
    );
    return fetching;
  }

  #settle(fetching: Promise<T>): void {
    if (this.#fetching === fetching) this.#fetching = undefined;
  }
}

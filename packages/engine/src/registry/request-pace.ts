const LEAST_BYTES = 2 ** 19;
const MOST_BYTES = 2 ** 26;
/** A request takes about so many times as long as the wait for its first byte. */
const TIMES_THE_WAIT = 4;

/**
 * How much of a blob to ask for in one request. What a killed download was sent and had not read is sent again, so that
 * requests are short where their answers begin at once; where they begin late, the wait is spread over more bytes.
 */
export class RequestPace {
  #bytes = LEAST_BYTES;

  get requestBytes(): number {
    return this.#bytes;
  }

  /** Learns from a request: `headMs` until its answer began, `totalMs` until it was read. */
  observe(bytes: number, { headMs, totalMs }: { headMs: number; totalMs: number }): void {
    const bytesPerMs = bytes / Math.max(1, totalMs - headMs);
    const wanted = bytesPerMs * headMs * TIMES_THE_WAIT;
    // At most twice as much as before: one odd measurement decides little.
    this.#bytes = Math.round(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.min(wanted, this.#bytes * 2))));
  }
}

/** Draws no more often than it can be read, and always what came last. */
export class ThrottledRedraw {
  readonly #draw: () => void;
  readonly #everyMs: number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(draw: () => void, everyMs: number) {
    this.#draw = draw;
    this.#everyMs = everyMs;
  }

  /** Draws now, or as soon as it is time: without a later word the last one would not be seen. */
  ask(): void {
    const waitMs = this.#drawnMs + this.#everyMs - performance.now();
    if (waitMs <= 0) this.now();
    else this.#timer ??= setTimeout(() => this.now(), waitMs).unref();
  }

  /** Draws at once. */
  now(): void {
    this.stop();
    this.#drawnMs = performance.now();
    this.#draw();
  }

  /** Leaves out what was still to be drawn. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

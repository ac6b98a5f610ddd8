import { formatDuration } from "../../terminal/quantities.js";
import type { Terminal } from "../../terminal/terminal.js";

const REDRAW_MS = 100;
const BAR_WIDTH = 24;

/** How far a batch is, on one line of stderr that redraws itself; nothing off a terminal. */
export class BatchProgress {
  readonly #terminal: Terminal;
  readonly #total: number | undefined;
  readonly #now: () => number;
  readonly #startMs: number;
  #finished = 0;
  #ran = 0;
  #failed = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, total: number | undefined, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#startMs = now();
  }

  /** Counts a finished item; one from the journal says nothing about the rate. */
  add({ isRestored, isFailed }: { isRestored: boolean; isFailed: boolean }): void {
    this.#finished++;
    if (!isRestored) this.#ran++;
    if (isFailed) this.#failed++;
    if (this.#now() - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = this.#now();
    this.#terminal.redraw(`\r\u001b[2K${this.text()}`);
  }

  /** The line as it is now. */
  text(): string {
    const rate = this.#ran / Math.max(0.001, (this.#now() - this.#startMs) / 1000);
    const left = this.#total === undefined ? undefined : this.#total - this.#finished;
    const parts = [
      this.#bar(),
      `${this.#finished}${this.#total === undefined ? "" : `/${this.#total}`}`,
      `${rate.toFixed(1)}/s`,
      left === undefined || rate === 0 ? "" : `ETA ${formatDuration((left / rate) * 1000)}`,
      this.#failed === 0 ? "" : `${this.#failed} failed`,
    ];
    return parts.filter((part) => part !== "").join("  ");
  }

  /** Takes the line away. */
  end(): void {
    this.#terminal.redraw("\r\u001b[2K");
  }

  #bar(): string {
    if (this.#total === undefined || this.#total === 0) return "";
    const filled = Math.round(Math.min(1, this.#finished / this.#total) * BAR_WIDTH);
    return `▕${"█".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}▏`;
  }
}

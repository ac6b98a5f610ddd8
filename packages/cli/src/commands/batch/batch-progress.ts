import { formatDuration } from "../../terminal/quantities.js";
import type { Terminal } from "../../terminal/terminal.js";
import { clip, textWidth } from "../../terminal/text-layout.js";
import { ThrottledRedraw } from "../../terminal/throttled-redraw.js";

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
  readonly #drawing: ThrottledRedraw = new ThrottledRedraw(() => this.#draw(), REDRAW_MS);

  constructor(terminal: Terminal, total: number | undefined, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#startMs = now();
    this.#drawing.now();
  }

  /** Counts a finished item; one from the journal says nothing about the rate. */
  add({ isRestored, isFailed }: { isRestored: boolean; isFailed: boolean }): void {
    this.#finished++;
    if (!isRestored) this.#ran++;
    if (isFailed) this.#failed++;
    this.#drawing.ask();
  }

  /** The line as it is now; without the bar where that is wider than the terminal. */
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
    const [bar = "", ...figures] = parts;
    const line = figures.filter((part) => part !== "").join("  ");
    const width = this.#terminal.columns - 1;
    return bar !== "" && textWidth(bar) + 2 + textWidth(line) <= width ? `${bar}  ${line}` : clip(line, width);
  }

  /** Takes the line away. */
  end(): void {
    this.#drawing.stop();
    this.#terminal.redraw("\r\u001b[2K");
  }

  #draw(): void {
    this.#terminal.redraw(`\r\u001b[2K${this.text()}`);
  }

  #bar(): string {
    if (this.#total === undefined || this.#total === 0) return "";
    const filled = Math.round(Math.min(1, this.#finished / this.#total) * BAR_WIDTH);
    return `▕${"█".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}▏`;
  }
}

import type { BenchProgress } from "@codo/ollama-bench";
import { formatDuration } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";
import type { Terminal } from "../../terminal/terminal.js";
import { clip } from "../../terminal/text-layout.js";
import { ThrottledRedraw } from "../../terminal/throttled-redraw.js";

const REDRAW_MS = 100;

/** Where a measurement is, on one line of stderr that redraws itself; nothing off a terminal. */
export class MeasureProgress {
  readonly #terminal: Terminal;
  readonly #drawing: ThrottledRedraw = new ThrottledRedraw(() => this.#draw(), REDRAW_MS);
  #progress: BenchProgress | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(progress: BenchProgress): void {
    this.#progress = progress;
    this.#drawing.ask();
  }

  /** Takes the line away. */
  end(): void {
    this.#drawing.stop();
    this.#terminal.redraw("\r\u001b[2K");
  }

  #draw(): void {
    if (this.#progress === undefined) return;
    const { phase, model, scenarioId, trial, trials, requestsDone, requestsTotal, etaMs } = this.#progress;
    const left = etaMs === null ? "" : `  ETA ${formatDuration(etaMs)}`;
    const text = `${phase}  ${model}  ${scenarioId}  trial ${trial}/${trials}  ${requestsDone}/${requestsTotal}${left}`;
    this.#terminal.redraw(`\r\u001b[2K${clip(sanitize(text), this.#terminal.columns - 1)}`);
  }
}

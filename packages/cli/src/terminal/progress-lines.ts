import type { ProgressResponse } from "@codo/ollama-core";
import { formatBytes, formatDuration } from "./quantities.js";
import { sanitize } from "./sanitize.js";
import type { Terminal } from "./terminal.js";
import { clip, padTo, textWidth } from "./text-layout.js";
import { ThrottledRedraw } from "./throttled-redraw.js";

const REDRAW_MS = 80;
const LEAST_BAR = 10;
const MOST_LABEL = 24;
const SIZE_WIDTH = 7;
const RATE_WIDTH = 9;
const LEFT_WIDTH = 6;

interface Layer {
  label: string;
  totalBytes: number;
  completedBytes: number;
  startedMs: number;
  startedBytes: number;
}

/**
 * The progress of a pull, a push or a create on stderr: a bar for each layer that redraws itself at a terminal, one
 * line for each step elsewhere. No bar goes backwards.
 */
export class ProgressLines {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #layers = new Map<string, Layer>();
  #status = "";
  #drawnLines = 0;
  readonly #drawing: ThrottledRedraw = new ThrottledRedraw(() => this.#draw(), REDRAW_MS);

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** Takes in one line of the server. */
  show({ status, ...rest }: ProgressResponse): void {
    const line = { ...rest, status: sanitize(String(status)) };
    const isNewStep = line.digest === undefined ? line.status !== this.#status : !this.#layers.has(line.digest);
    if (line.digest !== undefined) this.#takeLayer(line.digest, line);
    else this.#status = line.status;
    if (this.#terminal.canRedraw) {
      if (isNewStep) this.#drawing.now();
      else this.#drawing.ask();
    } else if (isNewStep) this.#terminal.note(line.status);
  }

  /** Draws the last state. */
  end(): void {
    if (this.#terminal.canRedraw) this.#drawing.now();
  }

  #takeLayer(digest: string, { status, total = 0, completed = 0 }: ProgressResponse): void {
    const known = this.#layers.get(digest);
    if (known === undefined) {
      const start = { startedMs: this.#now(), startedBytes: completed };
      this.#layers.set(digest, { label: status, totalBytes: total, completedBytes: completed, ...start });
      return;
    }
    known.totalBytes = Math.max(known.totalBytes, total);
    known.completedBytes = Math.max(known.completedBytes, completed);
  }

  #draw(): void {
    const layers = [...this.#layers.values()];
    const labelWidth = Math.max(0, ...layers.map(({ label }) => textWidth(clip(label, MOST_LABEL))));
    const status = clip(this.#status, this.#terminal.columns - 1);
    const lines = [...layers.map((layer) => this.#line(layer, labelWidth)), status];
    const up = this.#drawnLines > 0 ? `\u001b[${this.#drawnLines}A` : "";
    this.#terminal.redraw(`${up}${lines.map((line) => `\r\u001b[2K${line}\n`).join("")}`);
    this.#drawnLines = lines.length;
  }

  // A line that wraps could not be drawn over: what does not fit is left out, the bar first.
  #line({ label, totalBytes, completedBytes, startedMs, startedBytes }: Layer, labelWidth: number): string {
    const width = this.#terminal.columns - 1;
    const share = totalBytes === 0 ? 0 : Math.min(1, completedBytes / totalBytes);
    const seconds = (this.#now() - startedMs) / 1000;
    const rate = seconds > 0 ? (completedBytes - startedBytes) / seconds : 0;
    const isMoving = completedBytes < totalBytes && rate > 0;
    const head = `${padTo(clip(label, MOST_LABEL), labelWidth)} ${padTo(`${Math.floor(share * 100)}%`, 4, "left")}`;
    const figures = [
      padTo(formatBytes(totalBytes), SIZE_WIDTH, "left"),
      padTo(isMoving ? `${formatBytes(rate)}/s` : "", RATE_WIDTH),
      isMoving ? formatDuration(((totalBytes - completedBytes) / rate) * 1000) : "",
    ];
    const room = width - textWidth(head) - (SIZE_WIDTH + RATE_WIDTH + LEFT_WIDTH + 7);
    if (room >= LEAST_BAR) {
      const filled = Math.round(share * room);
      return `${head} ▕${"█".repeat(filled)}${" ".repeat(room - filled)}▏ ${figures.join("  ")}`.trimEnd();
    }
    while (figures.length > 0 && textWidth([head, ...figures].join(" ").trimEnd()) > width) figures.pop();
    return clip([head, ...figures].join(" "), width);
  }
}

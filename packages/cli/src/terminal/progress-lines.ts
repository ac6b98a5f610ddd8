import type { ProgressResponse } from "@codo/ollama-core";
import { formatBytes, formatDuration } from "./quantities.js";
import type { Terminal } from "./terminal.js";
import { clip, padTo } from "./text-layout.js";

const REDRAW_MS = 80;
const LEAST_BAR = 10;

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
  #drawnMs = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** Takes in one line of the server. */
  show(line: ProgressResponse): void {
    const isNewStep = line.digest === undefined ? line.status !== this.#status : !this.#layers.has(line.digest);
    if (line.digest !== undefined) this.#takeLayer(line.digest, line);
    else this.#status = line.status;
    if (this.#terminal.canRedraw) this.#draw(isNewStep);
    else if (isNewStep) this.#terminal.note(line.status);
  }

  /** Draws the last state. */
  end(): void {
    if (this.#terminal.canRedraw) this.#draw(true);
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

  #draw(isForced: boolean): void {
    if (!isForced && this.#now() - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = this.#now();
    const lines = [...[...this.#layers.values()].map((layer) => this.#bar(layer)), this.#status];
    const up = this.#drawnLines > 0 ? `\u001b[${this.#drawnLines}A` : "";
    this.#terminal.redraw(`${up}${lines.map((line) => `\r\u001b[2K${line}\n`).join("")}`);
    this.#drawnLines = lines.length;
  }

  #bar({ label, totalBytes, completedBytes, startedMs, startedBytes }: Layer): string {
    const share = totalBytes === 0 ? 0 : Math.min(1, completedBytes / totalBytes);
    const seconds = (this.#now() - startedMs) / 1000;
    const rate = seconds > 0 ? (completedBytes - startedBytes) / seconds : 0;
    const isDone = completedBytes >= totalBytes;
    const left = !isDone && rate > 0 ? formatDuration(((totalBytes - completedBytes) / rate) * 1000) : "";
    const figures = `${padTo(`${Math.floor(share * 100)}%`, 4, "left")} ${formatBytes(totalBytes)} ${isDone ? "" : `${formatBytes(rate)}/s`} ${left}`;
    const head = clip(label, 24);
    const room = this.#terminal.columns - head.length - figures.length - 5;
    const filled = Math.round(share * Math.max(LEAST_BAR, room));
    const bar = room < LEAST_BAR ? "" : `▕${"█".repeat(filled)}${" ".repeat(room - filled)}▏`;
    return `${head} ${bar} ${figures}`.trimEnd();
  }
}

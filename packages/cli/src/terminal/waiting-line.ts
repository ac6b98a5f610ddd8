import { formatDuration } from "./quantities.js";
import { clip } from "./text-layout.js";

/** Until something is waited for so long, nothing is said. */
const PATIENCE_MS = 300;
const FRAME_MS = 100;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const ERASE = "\r\u001b[2K";
/** From then on it also says for how long. */
const TIMED_FROM_MS = 3000;

/** Something that is waited for. */
export interface Wait {
  /** What is waited for; may change. */
  text: string;
  end: () => void;
}

/** Where a {@link WaitingLine} is drawn. */
export interface WaitingLinePlace {
  write: (text: string) => void;
  columns: () => number;
  dim: (text: string) => string;
}

/**
 * One line at a terminal that says what is waited for, the newest of several. It comes after a moment, makes room for
 * whatever else is written, and leaves nothing behind.
 */
export class WaitingLine {
  readonly #place: WaitingLinePlace;
  readonly #waits: Wait[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sinceMs = 0;
  #frame = 0;
  #isDrawn = false;

  constructor(place: WaitingLinePlace) {
    this.#place = place;
  }

  /** Begins a wait. */
  begin(text: string): Wait {
    const wait: Wait = { text, end: () => this.#end(wait) };
    if (this.#waits.push(wait) === 1) {
      this.#sinceMs = performance.now();
      this.#timer = setTimeout(() => this.#draw(), PATIENCE_MS).unref();
    }
    return wait;
  }

  /** Takes the line away for something else; it comes back with the next frame. */
  hide(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#place.write(ERASE);
  }

  #end(wait: Wait): void {
    const at = this.#waits.indexOf(wait);
    if (at !== -1) this.#waits.splice(at, 1);
    if (this.#waits.length > 0) return;
    clearTimeout(this.#timer);
    this.hide();
  }

  #draw(): void {
    const { write, columns, dim } = this.#place;
    const ms = performance.now() - this.#sinceMs;
    const time = ms < TIMED_FROM_MS ? "" : ` ${formatDuration(Math.floor(ms / 1000) * 1000).replace(/\.0s$/, "s")}`;
    const text = `${FRAMES[this.#frame % FRAMES.length]} ${this.#waits.at(-1)?.text ?? ""}…${time}`;
    this.#frame += 1;
    this.#isDrawn = true;
    write(`${ERASE}${dim(clip(text, columns() - 1))}`);
    this.#timer = setTimeout(() => this.#draw(), FRAME_MS).unref();
  }
}

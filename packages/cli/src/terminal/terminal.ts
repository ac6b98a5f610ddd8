import type { Writable } from "node:stream";
import { sanitize } from "./sanitize.js";
import { createStyle, STYLE_SEQUENCES, type Style, wantsColor } from "./style.js";
import { renderTable } from "./table.js";
import { type Wait, WaitingLine } from "./waiting-line.js";
import { wrapMessage } from "./wrap-message.js";

/** A stream that may be a terminal. */
export interface OutputStream extends Pick<Writable, "writable" | "destroyed"> {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string, written?: () => void): boolean;
}

/** What a {@link Terminal} writes to, and how. */
export interface TerminalInit {
  stdout: OutputStream;
  stderr: OutputStream;
  env: NodeJS.ProcessEnv;
  noColor: boolean;
  quiet: boolean;
  /** Whether the reader of the answer has left: then no notes are printed. */
  isUnread?: () => boolean;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** Without colour no sequence is ours. */
const NOTHING = /(?!)/;

/** What moves the cursor of progress that redraws itself, beside colours. */
const ESC = "\\u001b";
const REDRAWING = new RegExp(`(\\r|${ESC}\\[(?:\\d{1,3}A|2K|\\d{1,2}m))`);

/**
 * Answers go to stdout; progress, notes and errors to stderr. All of it passes one gate, which lets the colours of
 * {@link Terminal.style} through and no other sequence: texts of servers, models, files and command lines are in
 * everything that is said.
 */
export class Terminal {
  readonly style: Style;
  readonly errStyle: Style;
  readonly isQuiet: boolean;
  /** Whether {@link Terminal.style} sets anything off. */
  readonly hasColor: boolean;
  readonly #init: TerminalInit;
  readonly #waiting: WaitingLine;
  /** The sequences that the gate lets through. */
  readonly #own: { out: RegExp; err: RegExp };

  constructor(init: TerminalInit) {
    this.#init = init;
    this.isQuiet = init.quiet;
    const [out, err] = [init.stdout, init.stderr].map((stream) => wantsColor(stream, init.env, init.noColor));
    this.hasColor = out === true;
    this.style = createStyle(out === true);
    this.errStyle = createStyle(err === true);
    this.#waiting = new WaitingLine({
      write: (text) => init.stderr.write(cleared(text, REDRAWING)),
      columns: () => this.columns,
      dim: this.errStyle.dim,
    });
    this.#own = { out: out ? STYLE_SEQUENCES : NOTHING, err: err ? STYLE_SEQUENCES : NOTHING };
  }

  /** See {@link columnsOf}. */
  get columns(): number {
    return columnsOf(this.#init);
  }

  /** Lines that fit on the screen where progress is drawn. */
  get rows(): number {
    const { rows } = this.#init.stderr;
    return Number.isInteger(rows) && Number(rows) > 0 ? Number(rows) : DEFAULT_ROWS;
  }

  get isOutputTerminal(): boolean {
    return this.#init.stdout.isTTY === true;
  }

  /** Columns that a line of an answer may take: those of the terminal; a pipe gets every line whole. */
  get lineWidth(): number {
    return this.isOutputTerminal ? this.columns : Number.POSITIVE_INFINITY;
  }

  /** Whether progress that redraws itself can be shown. */
  get canRedraw(): boolean {
    return this.#init.stderr.isTTY === true && !this.isQuiet && this.#init.env.TERM !== "dumb";
  }

  /** Whether it can be said what is waited for: where a person looks, and not in the log of a CI run. */
  get canWait(): boolean {
    const { CI } = this.#init.env;
    return this.canRedraw && (CI === undefined || CI === "" || CI === "false");
  }

  /** Says what is waited for, where {@link Terminal.canWait}, until its `end` is called. */
  waitFor(text: string): Wait {
    return this.canWait ? this.#waiting.begin(text) : { text, end: () => undefined };
  }

  /** Writes a piece of an answer as it is: sanitized by its writer, who sees where pieces meet, or asked for raw. */
  writeUnchecked(text: string): void {
    this.#waiting.hide();
    this.#init.stdout.write(text);
  }

  /** Writes a text without a line break after it. */
  write(text: string): void {
    this.writeUnchecked(cleared(text, this.#own.out));
  }

  /** Writes a line of an answer. */
  line(text = ""): void {
    this.write(`${text}\n`);
  }

  /** Writes a sentence of an answer; see {@link wrapMessage} for a terminal, a pipe gets it whole. */
  tell(text: string, indent?: number): void {
    this.line(this.isOutputTerminal ? wrapMessage(text, this.columns, indent) : text);
  }

  /** As {@link Terminal.line}, for what was asked for raw. */
  rawLine(text: string): void {
    this.writeUnchecked(`${text}\n`);
  }

  /** Writes a table; see {@link renderTable}. */
  table(titles: readonly string[], rows: readonly (readonly string[])[]): void {
    const columns = titles.map((title) => ({ title }));
    this.line(renderTable(columns, rows, { width: this.lineWidth, head: this.style.bold }));
  }

  /** Writes one JSON value on one line, safe for a terminal: control characters are escaped. */
  json(value: unknown): void {
    this.rawLine(toSafeJson(value));
  }

  /** Prints a note to stderr; not with `--quiet`. */
  note(text: string): void {
    if (!this.isQuiet) this.error(text);
  }

  /** Prints a warning to stderr. */
  warn(text: string): void {
    if (!this.isQuiet) this.error(`${this.errStyle.yellow("Note:")} ${text}`);
  }

  /** Prints an error to stderr, also with `--quiet`. */
  error(text: string): void {
    if (this.#init.isUnread?.() !== true) this.alarm(text);
  }

  /** Reports a loss, also when the reader of the answer has left. */
  alarm(text: string): void {
    this.#waiting.hide();
    const said = cleared(text, this.#own.err);
    this.#init.stderr.write(`${this.#init.stderr.isTTY === true ? wrapMessage(said, this.columns) : said}\n`);
  }

  /** Writes to stderr, for progress that redraws itself. */
  redraw(text: string): void {
    if (!this.canRedraw) return;
    this.#waiting.hide();
    this.#init.stderr.write(cleared(text, REDRAWING));
  }

  /** Waits until everything is written. */
  async flush(): Promise<void> {
    await Promise.all([this.#init.stdout, this.#init.stderr].map(drained));
  }
}

/** Width of a terminal in columns; `COLUMNS` off a terminal, else 80. */
export function columnsOf({ stdout, stderr, env }: Pick<TerminalInit, "stdout" | "stderr" | "env">): number {
  const width = stdout.columns ?? stderr.columns ?? Number(env.COLUMNS);
  return Number.isInteger(width) && width > 0 ? width : DEFAULT_COLUMNS;
}

/** A text without what a terminal would obey, except for sequences of `codo` itself. */
function cleared(text: string, own: RegExp): string {
  return text
    .split(own)
    .map((part, index) => (index % 2 === 1 ? part : sanitize(part)))
    .join("");
}

/** JSON on one line. JSON.stringify leaves C1 controls and turned text as they are, which terminals obey. */
export function toSafeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

async function drained(stream: OutputStream): Promise<void> {
  if (stream.destroyed || !stream.writable) return;
  await new Promise<void>((resolve) => {
    stream.write("", () => resolve());
  });
}

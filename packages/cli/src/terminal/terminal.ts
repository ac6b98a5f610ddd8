import type { Writable } from "node:stream";
import { createStyle, type Style, wantsColor } from "./style.js";
import { renderTable } from "./table.js";

/** A stream that may be a terminal. */
export interface OutputStream extends Pick<Writable, "writable" | "destroyed"> {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, written?: () => void): boolean;
}

/** What a {@link Terminal} writes to, and how. */
export interface TerminalInit {
  stdout: OutputStream;
  stderr: OutputStream;
  env: NodeJS.ProcessEnv;
  noColor: boolean;
  quiet: boolean;
}

const DEFAULT_COLUMNS = 80;

/** Answers go to stdout; progress, notes and errors to stderr. */
export class Terminal {
  readonly style: Style;
  readonly errStyle: Style;
  readonly isQuiet: boolean;
  readonly #init: TerminalInit;

  constructor(init: TerminalInit) {
    this.#init = init;
    this.isQuiet = init.quiet;
    this.style = createStyle(wantsColor(init.stdout, init.env, init.noColor));
    this.errStyle = createStyle(wantsColor(init.stderr, init.env, init.noColor));
  }

  /** See {@link columnsOf}. */
  get columns(): number {
    return columnsOf(this.#init);
  }

  get isOutputTerminal(): boolean {
    return this.#init.stdout.isTTY === true;
  }

  /** Whether progress that redraws itself can be shown. */
  get canRedraw(): boolean {
    return this.#init.stderr.isTTY === true && !this.isQuiet && this.#init.env.TERM !== "dumb";
  }

  /** Writes a piece of an answer. */
  write(text: string): void {
    this.#init.stdout.write(text);
  }

  /** Writes a line of an answer. */
  line(text = ""): void {
    this.#init.stdout.write(`${text}\n`);
  }

  /** Writes a table; see {@link renderTable}. */
  table(titles: readonly string[], rows: readonly (readonly string[])[]): void {
    const columns = titles.map((title) => ({ title }));
    this.line(renderTable(columns, rows, { width: this.columns, head: this.style.bold }));
  }

  /** Writes one JSON value on one line, safe for a terminal: control characters are escaped. */
  json(value: unknown): void {
    this.line(toSafeJson(value));
  }

  /** Tells something beside the answer; not with `--quiet`. */
  note(text: string): void {
    if (!this.isQuiet) this.#init.stderr.write(`${text}\n`);
  }

  /** Tells something beside the answer that should be known. */
  warn(text: string): void {
    if (!this.isQuiet) this.#init.stderr.write(`${this.errStyle.yellow("Note:")} ${text}\n`);
  }

  /** Tells what went wrong, also with `--quiet`. */
  error(text: string): void {
    this.#init.stderr.write(`${text}\n`);
  }

  /** Writes to stderr as it is, for progress that redraws itself. */
  redraw(text: string): void {
    if (this.canRedraw) this.#init.stderr.write(text);
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

// JSON.stringify leaves C1 control characters as they are, and terminals obey them.
function toSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

async function drained(stream: OutputStream): Promise<void> {
  if (stream.destroyed || !stream.writable) return;
  await new Promise<void>((resolve) => {
    stream.write("", () => resolve());
  });
}

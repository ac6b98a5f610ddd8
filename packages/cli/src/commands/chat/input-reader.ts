import { readFileSync, writeFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";

/** Where lines come from. */
export interface InputReaderInit {
  input: NodeJS.ReadStream;
  /** Where the prompt and what is typed are shown. */
  output: NodeJS.WriteStream;
  /** A file that remembers what was typed before. */
  historyFile?: string;
  /** Called for Ctrl-C at a terminal. */
  onInterrupt: () => void;
}

const PROMPT = ">>> ";
const CONTINUED = "... ";
const FENCE = '"""';
const HISTORY_LENGTH = 500;

/** Reads messages line by line; `"""` begins and ends one of several lines. */
export class InputReader {
  readonly #readline: Interface;
  readonly #isTerminal: boolean;
  readonly #lines: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #isClosed = false;

  constructor({ input, output, historyFile, onInterrupt }: InputReaderInit) {
    this.#isTerminal = input.isTTY === true && output.isTTY === true;
    this.#readline = createInterface({
      input,
      output,
      terminal: this.#isTerminal,
      historySize: HISTORY_LENGTH,
      history: readHistory(this.#isTerminal ? historyFile : undefined),
      removeHistoryDuplicates: true,
    });
    this.#readline.on("line", (line) => this.#take(line));
    this.#readline.on("close", () => {
      this.#isClosed = true;
      this.#waiting?.(undefined);
    });
    this.#readline.on("SIGINT", onInterrupt);
    if (historyFile !== undefined) this.#readline.on("history", (history) => writeHistory(historyFile, history));
  }

  /** The next message; `undefined` at the end of the input. */
  async next(): Promise<string | undefined> {
    const first = await this.#nextLine(PROMPT);
    if (first === undefined || !first.trimStart().startsWith(FENCE)) return first;
    const lines = [first.trimStart().slice(FENCE.length)];
    while (!lines.at(-1)?.trimEnd().endsWith(FENCE)) {
      const line = await this.#nextLine(CONTINUED);
      if (line === undefined) break;
      lines.push(line);
    }
    const text = lines.join("\n").trimEnd();
    return text.endsWith(FENCE) ? text.slice(0, -FENCE.length) : text;
  }

  /** Forgets what was typed on the line so far. `false` when it was empty. */
  clearLine(): boolean {
    const hadText = this.#readline.line !== "";
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
    return hadText;
  }

  /** Shows the prompt again, after something was told over it. */
  showPrompt(): void {
    if (this.#isTerminal && this.#waiting !== undefined) this.#readline.prompt(true);
  }

  close(): void {
    this.#readline.close();
  }

  async #nextLine(prompt: string): Promise<string | undefined> {
    const ready = this.#lines.shift();
    if (ready !== undefined) return ready;
    if (this.#isClosed) return undefined;
    if (this.#isTerminal) {
      this.#readline.setPrompt(prompt);
      this.#readline.prompt();
    }
    return await new Promise((resolve) => {
      this.#waiting = (line) => {
        this.#waiting = undefined;
        resolve(line);
      };
    });
  }

  #take(line: string): void {
    if (this.#waiting === undefined) this.#lines.push(line);
    else this.#waiting(line);
  }
}

// The history is a convenience: a file that cannot be read or written is none.
function readHistory(file: string | undefined): string[] {
  if (file === undefined) return [];
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

function writeHistory(file: string, history: readonly string[]): void {
  try {
    writeFileSync(file, `${history.slice(0, HISTORY_LENGTH).join("\n")}\n`, { mode: 0o600 });
  } catch {
    return;
  }
}

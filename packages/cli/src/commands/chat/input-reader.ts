import { readFileSync, writeFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { linesOf, PIPED_INPUT } from "../../running/read-text.js";
import { MARK_PASTES, PasteFilter, withPastedBreaks } from "./paste-filter.js";

/** Where lines come from. */
export interface InputReaderInit {
  input: NodeJS.ReadStream;
  /** Where the prompt and what is typed are shown. */
  output: NodeJS.WriteStream;
  /** A file that remembers what was typed before. */
  historyFile?: string;
  /** What Tab completes a line to. */
  complete?: (line: string) => string[];
  /** Called for Ctrl-C at a terminal. */
  onInterrupt: () => void;
}

const PROMPT = ">>> ";
const CONTINUED = "... ";
const FENCE = '"""';
const HISTORY_LENGTH = 500;

/** Reads messages line by line, at a terminal or from a pipe; `"""` begins and ends one of several lines. */
export class InputReader {
  /** At a terminal only. */
  readonly #readline: Interface | undefined;
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;
  #pastes: PasteFilter | undefined;
  readonly #lines: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #isClosed = false;
  #failure: unknown;

  constructor(init: InputReaderInit) {
    this.#input = init.input;
    this.#output = init.output;
    if (init.input.isTTY === true && init.output.isTTY === true) this.#readline = this.#openTerminal(init);
    else void this.#readPipe();
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

  /** Asks yes or no at a terminal; `undefined` where there is none. */
  async confirm(question: string): Promise<boolean | undefined> {
    if (this.#readline === undefined) return undefined;
    return /^\s*y(es)?\s*$/i.test(await this.ask(question));
  }

  /**
   * Asks at a terminal, and gives what is typed from then on: what was typed before the question is no answer to it. Gives
   * nothing when it is aborted, and where there is no terminal.
   */
  async ask(question: string, signal?: AbortSignal): Promise<string> {
    if (this.#readline === undefined) return "";
    const giveUp = () => this.#waiting?.("");
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      return signal?.aborted === true ? "" : ((await this.#typedLine(question)) ?? "");
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Forgets what was typed on the line so far. `false` when it was empty. */
  clearLine(): boolean {
    if (this.#readline === undefined) return false;
    const hadText = this.#readline.line !== "";
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
    return hadText;
  }

  /** Shows the prompt again, after something was printed over it. */
  showPrompt(): void {
    if (this.#waiting !== undefined) this.#readline?.prompt(true);
  }

  /** Leaves the terminal to another program, such as an editor, until that is done. */
  async lend<T>(use: () => Promise<T>): Promise<T> {
    if (this.#pastes === undefined) return await use();
    this.#input.unpipe(this.#pastes);
    this.#input.pause();
    this.#input.setRawMode(false);
    this.#output.write(MARK_PASTES.off);
    try {
      return await use();
    } finally {
      this.#output.write(MARK_PASTES.on);
      this.#input.setRawMode(true);
      this.#input.pipe(this.#pastes);
    }
  }

  close(): void {
    if (this.#readline !== undefined && this.#pastes !== undefined) {
      this.#readline.close();
      this.#output.write(MARK_PASTES.off);
      this.#input.unpipe(this.#pastes);
      this.#input.pause();
      this.#pastes = undefined;
    } else if (this.#readline === undefined) this.#input.destroy();
    this.#end();
  }

  #openTerminal({ input, output, historyFile, complete, onInterrupt }: InputReaderInit): Interface {
    this.#pastes = new PasteFilter(input);
    input.pipe(this.#pastes);
    output.write(MARK_PASTES.on);
    const readline = createInterface({
      input: this.#pastes,
      output,
      terminal: true,
      historySize: HISTORY_LENGTH,
      history: readHistory(historyFile),
      removeHistoryDuplicates: true,
      completer: (line: string) => [complete?.(line) ?? [], line],
    });
    readline.on("line", (line) => this.#take(withPastedBreaks(line)));
    readline.on("close", () => {
      // Ctrl-D leaves the cursor behind the prompt, where the shell would go on.
      if (this.#waiting !== undefined) output.write("\n");
      this.#end();
    });
    readline.on("SIGINT", onInterrupt);
    if (historyFile !== undefined) readline.on("history", (history) => writeHistory(historyFile, history));
    return readline;
  }

  async #readPipe(): Promise<void> {
    try {
      for await (const line of linesOf(this.#input, PIPED_INPUT)) this.#take(line);
    } catch (error) {
      this.#failure = error;
    }
    this.#end();
  }

  #end(): void {
    this.#isClosed = true;
    this.#waiting?.(undefined);
  }

  async #nextLine(prompt: string): Promise<string | undefined> {
    const ready = this.#lines.shift();
    if (ready !== undefined) return ready;
    const line = await this.#typedLine(prompt);
    if (line !== undefined) return line;
    if (this.#failure !== undefined) throw this.#failure;
    return undefined;
  }

  async #typedLine(prompt: string): Promise<string | undefined> {
    if (this.#isClosed) return undefined;
    this.#readline?.setPrompt(prompt);
    this.#readline?.prompt();
    return await new Promise<string | undefined>((resolve) => {
      this.#waiting = (given) => {
        this.#waiting = undefined;
        resolve(given);
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

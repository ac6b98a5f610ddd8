import type { ExecutionEvent } from "@codo/ollama-core";
import { StreamSanitizer, sanitize } from "./sanitize.js";
import type { Terminal } from "./terminal.js";

/** Shows an answer as it comes: its text on stdout, thinking and tool calls on stderr. */
export class AnswerWriter {
  readonly #terminal: Terminal;
  readonly #isRaw: boolean;
  readonly #showsCalls: boolean;
  readonly #sanitizer = new StreamSanitizer();
  #isThinking = false;
  #thought = "";
  #last = "\n";

  /** `isRaw` lets control and escape sequences through; `showsCalls` is for who does not run the tools itself. */
  constructor(terminal: Terminal, { isRaw, showsCalls = true }: { isRaw: boolean; showsCalls?: boolean }) {
    this.#terminal = terminal;
    this.#isRaw = isRaw;
    this.#showsCalls = showsCalls;
  }

  /** Shows what an event brings. */
  show(event: ExecutionEvent): void {
    if (event.type === "thinking") this.#think(event.text);
    else if (event.type === "text") this.#text(this.#isRaw ? event.text : this.#sanitizer.push(event.text));
    else if (event.type === "toolCall" && this.#showsCalls) {
      const { name, arguments: input } = event.toolCall.function;
      this.#endThought();
      this.#terminal.note(sanitize(`Tool call: ${name}(${JSON.stringify(input)})`));
    }
  }

  /** Ends the answer with a line break, where it has none. */
  end(): void {
    this.#text(this.#sanitizer.end());
    this.#endThought();
    if (this.#last !== "\n") this.#terminal.line();
    this.#last = "\n";
  }

  #think(text: string): void {
    // Off a terminal thinking would only mix with the notes; it is in the JSON result.
    if (!this.#terminal.canRedraw) return;
    const { dim } = this.#terminal.errStyle;
    // The two lines around it separate the thought from the answer where there is no colour.
    if (!this.#isThinking) this.#terminal.redraw(dim("Thinking...\n"));
    this.#isThinking = true;
    this.#thought = text.at(-1) ?? this.#thought;
    this.#terminal.redraw(dim(sanitize(text)));
  }

  #endThought(): void {
    if (!this.#isThinking) return;
    this.#isThinking = false;
    const lineEnd = this.#thought === "\n" ? "" : "\n";
    this.#terminal.redraw(`${lineEnd}${this.#terminal.errStyle.dim("...done thinking.")}\n\n`);
  }

  #text(text: string): void {
    if (text === "") return;
    this.#endThought();
    this.#terminal.writeUnchecked(text);
    this.#last = text.at(-1) ?? this.#last;
  }
}

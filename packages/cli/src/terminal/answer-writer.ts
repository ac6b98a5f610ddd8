import type { ExecutionEvent } from "@codo/ollama-core";
import { StreamSanitizer, sanitize } from "./sanitize.js";
import type { Terminal } from "./terminal.js";

/** Shows an answer as it comes: its text on stdout, thinking and tool calls on stderr. */
export class AnswerWriter {
  readonly #terminal: Terminal;
  readonly #isRaw: boolean;
  readonly #sanitizer = new StreamSanitizer();
  #isThinking = false;
  #last = "\n";

  /** `isRaw` lets control and escape sequences through. */
  constructor(terminal: Terminal, { isRaw }: { isRaw: boolean }) {
    this.#terminal = terminal;
    this.#isRaw = isRaw;
  }

  /** Shows what an event brings. */
  show(event: ExecutionEvent): void {
    if (event.type === "thinking") this.#think(event.text);
    else if (event.type === "text") this.#text(this.#isRaw ? event.text : this.#sanitizer.push(event.text));
    else if (event.type === "toolCall") {
      const { name, arguments: input } = event.toolCall.function;
      this.#terminal.note(sanitize(`Tool call: ${name}(${JSON.stringify(input)})`));
    }
  }

  /** Ends the answer with a line break, where it has none. */
  end(): void {
    this.#text(this.#sanitizer.end());
    if (this.#last !== "\n") this.#terminal.line();
    this.#last = "\n";
  }

  #think(text: string): void {
    // Off a terminal thinking would only mix with the notes; it is in the JSON result.
    if (!this.#terminal.canRedraw) return;
    this.#isThinking = true;
    this.#terminal.redraw(this.#terminal.errStyle.dim(sanitize(text)));
  }

  #text(text: string): void {
    if (text === "") return;
    if (this.#isThinking) this.#terminal.redraw("\n\n");
    this.#isThinking = false;
    this.#terminal.write(text);
    this.#last = text.at(-1) ?? this.#last;
  }
}

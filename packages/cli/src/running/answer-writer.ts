import type { ExecutionEvent } from "@codo/ollama-core";
import type { MarkdownWriter } from "../terminal/markdown/markdown-writer.js";
import { StreamSanitizer, sanitize } from "../terminal/sanitize.js";
import type { Terminal } from "../terminal/terminal.js";
import { WordFlow } from "../terminal/word-flow.js";

/** How an answer is shown. */
export interface AnswerWriterOptions {
  /** Lets everything through as it is, control and escape sequences too. */
  isRaw: boolean;
  /** Whether the answer is data, such as JSON, and no text for people. */
  isData?: boolean;
  /** For who does not run the tools itself. @defaultValue true */
  showsCalls?: boolean;
}

/** Shows an answer as it comes: its text on stdout, thinking and tool calls on stderr. */
export class AnswerWriter {
  readonly #terminal: Terminal;
  readonly #isRaw: boolean;
  readonly #showsCalls: boolean;
  readonly #sanitizer = new StreamSanitizer();
  readonly #markdown: MarkdownWriter | undefined;
  #thought: WordFlow | undefined;
  #thoughtEnd = "";
  #last = "\n";

  private constructor(
    terminal: Terminal,
    { isRaw, showsCalls = true }: AnswerWriterOptions,
    markdown: MarkdownWriter | undefined,
  ) {
    this.#terminal = terminal;
    this.#isRaw = isRaw;
    this.#showsCalls = showsCalls;
    this.#markdown = markdown;
  }

  /** A writer that lays Markdown out at a terminal, and changes nothing elsewhere. */
  static async open(terminal: Terminal, options: AnswerWriterOptions): Promise<AnswerWriter> {
    if (options.isRaw || options.isData === true || !terminal.isOutputTerminal) {
      return new AnswerWriter(terminal, options, undefined);
    }
    // Not loaded for pipes.
    const { MarkdownWriter } = await import("../terminal/markdown/markdown-writer.js");
    const { style, hasColor } = terminal;
    const markdown = new MarkdownWriter(() => ({ width: terminal.columns, style, hasColor }));
    return new AnswerWriter(terminal, options, markdown);
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
    this.#write(this.#markdown?.end() ?? "");
    if (this.#last !== "\n") this.#terminal.line();
    this.#last = "\n";
  }

  #think(text: string): void {
    // Off a terminal thinking would only mix with the notes; it is in the JSON result.
    if (!this.#terminal.canRedraw) return;
    const { dim } = this.#terminal.errStyle;
    // The two lines around it separate the thought from the answer where there is no colour.
    if (this.#thought === undefined) this.#terminal.redraw(dim("Thinking...\n"));
    this.#thought ??= new WordFlow(this.#terminal.columns);
    this.#showThought(this.#thought.add(sanitize(text)));
  }

  #showThought(text: string): void {
    if (text === "") return;
    this.#thoughtEnd = text.at(-1) ?? "";
    this.#terminal.redraw(this.#terminal.errStyle.dim(text));
  }

  #endThought(): void {
    if (this.#thought === undefined) return;
    this.#showThought(this.#thought.end());
    this.#thought = undefined;
    const lineEnd = this.#thoughtEnd === "\n" ? "" : "\n";
    this.#terminal.redraw(`${lineEnd}${this.#terminal.errStyle.dim("...done thinking.")}\n\n`);
  }

  #text(text: string): void {
    if (text === "") return;
    this.#endThought();
    this.#write(this.#markdown === undefined ? text : this.#markdown.push(text));
  }

  #write(text: string): void {
    if (text === "") return;
    this.#terminal.writeUnchecked(text);
    this.#last = text.at(-1) ?? this.#last;
  }
}

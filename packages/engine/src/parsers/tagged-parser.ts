import type { CallReader, Ending } from "./call-reader.js";
import { findTag, mayBecome } from "./call-reader.js";
import { possibleTagLength } from "./held-back.js";
import { LookAgain } from "./look-again.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";

/** How a family writes a thought. */
export interface ThoughtSyntax {
  open: string;
  close: string;
  /** What stands behind the opening tag and is no part of the thought. */
  label?: string;
  /** The tag is a token of its own, and opens a thought wherever it comes; otherwise only at the beginning. */
  isAnywhere?: boolean;
  /** A call inside the thought ends it: some models forget the closing tag. */
  endsAtCall?: boolean;
}

/** How a family writes calls. */
export interface CallSyntax {
  open: string;
  /** The opening tag is the beginning of what is read. */
  isPart?: boolean;
  read: CallReader;
}

/** How a family writes what is no plain answer. */
export interface OutputSyntax {
  thoughts: readonly ThoughtSyntax[];
  calls: readonly CallSyntax[];
  /** Tags that say nothing, and are left out of the answer. */
  dropped?: readonly string[];
}

type State =
  | { type: "beginning" | "content" }
  | { type: "before thought" | "thought"; thought: ThoughtSyntax }
  | { type: "calls"; read: CallReader; count: number };

/**
 * Separates an answer by the tags of its family. White space around calls, at both ends of a thought and before any tag is left out;
 * what can't be read between the tags of a call is no part of the answer.
 */
export class TaggedParser implements OutputParser {
  readonly #syntax: OutputSyntax;
  readonly #tags: readonly string[];
  #state: State;
  #held = "";
  /** What comes next stands behind a call or a thought: white space before it says nothing. */
  #isBehind = false;
  #ending: Ending | undefined;
  readonly #lookAgain = new LookAgain();

  /** @param opened - the thought that the prompt began */
  constructor(syntax: OutputSyntax, opened?: ThoughtSyntax) {
    this.#syntax = syntax;
    this.#tags = [
      ...syntax.calls.map(({ open }) => open),
      ...syntax.thoughts.filter(({ isAnywhere }) => isAnywhere).map(({ open }) => open),
      ...(syntax.dropped ?? []),
    ];
    this.#state = opened === undefined ? { type: "beginning" } : { type: "before thought", thought: opened };
  }

  push(text: string): ParsedOutput[] {
    this.#held += text;
    return this.#run();
  }

  finish(reason: Ending): ParsedOutput[] {
    this.#ending = reason;
    return this.#run();
  }

  #run(): ParsedOutput[] {
    const parsed: ParsedOutput[] = [];
    while (this.#advance(parsed));
    return parsed;
  }

  /** Takes one step; `false` when more text is needed. */
  #advance(parsed: ParsedOutput[]): boolean {
    if (this.#held === "") return false;
    const state = this.#state;
    switch (state.type) {
      case "beginning":
        return this.#lookForThought();
      case "before thought":
        return this.#skipLabel(state.thought);
      case "thought":
        return this.#readThought(state.thought, parsed);
      case "content":
        return this.#readContent(parsed);
      case "calls":
        return this.#readCalls(state, parsed);
    }
  }

  #lookForThought(): boolean {
    const begun = this.#held.trimStart();
    const opens = this.#syntax.thoughts.map(({ open }) => open);
    const thought = this.#syntax.thoughts.find(({ open }) => begun.startsWith(open));
    if (thought === undefined && this.#waitsFor(begun, opens)) return false;
    if (thought === undefined) this.#state = { type: "content" };
    else this.#openThought(thought, begun.slice(thought.open.length));
    return true;
  }

  /** Some models write the opening tag again that the prompt has already. */
  #skipLabel(thought: ThoughtSyntax): boolean {
    const begun = this.#held.trimStart();
    const labels = [thought.open, ...(thought.label === undefined ? [] : [thought.label])];
    if (this.#waitsFor(begun, labels)) return false;
    const label = labels.find((text) => begun.startsWith(text));
    this.#held = label === undefined ? begun : begun.slice(label.length);
    if (label === undefined) this.#state = { type: "thought", thought };
    return true;
  }

  #readThought(thought: ThoughtSyntax, parsed: ParsedOutput[]): boolean {
    const calls = thought.endsAtCall ? this.#syntax.calls.map(({ open }) => open) : [];
    const found = findTag(this.#held, [thought.close, ...calls]);
    if (found === undefined) {
      this.#give("thinking", this.#sureLength([thought.close, ...calls]), parsed);
      return false;
    }
    const text = this.#held.slice(0, found.at).trimEnd();
    if (text !== "") parsed.push({ type: "thinking", text });
    this.#held = this.#held.slice(found.tag === thought.close ? found.at + found.tag.length : found.at);
    this.#goOn();
    return true;
  }

  #readContent(parsed: ParsedOutput[]): boolean {
    if (this.#isBehind) this.#held = this.#held.trimStart();
    const found = findTag(this.#held, this.#tags);
    if (found === undefined) {
      this.#give("content", this.#sureLength(this.#tags), parsed);
      return false;
    }
    const text = this.#held.slice(0, found.at).trimEnd();
    const rest = this.#held.slice(found.at);
    this.#give("content", text.length, parsed);
    this.#open(found.tag, rest);
    return true;
  }

  /** @param rest - begins with the tag */
  #open(tag: string, rest: string): void {
    const thought = this.#syntax.thoughts.find(({ open }) => open === tag);
    const calls = this.#syntax.calls.find(({ open }) => open === tag);
    this.#held = calls?.isPart ? rest : rest.slice(tag.length);
    if (calls !== undefined) this.#state = { type: "calls", read: calls.read, count: 0 };
    else if (thought !== undefined) this.#openThought(thought, this.#held);
  }

  #openThought(thought: ThoughtSyntax, rest: string): void {
    this.#held = rest;
    this.#state = { type: "before thought", thought };
  }

  #readCalls(state: State & { type: "calls" }, parsed: ParsedOutput[]): boolean {
    if (this.#ending === undefined && !this.#lookAgain.isDue(this.#held.length)) return false;
    const step = state.read(this.#held, { count: state.count, ending: this.#ending });
    // A call that is cut can't be made.
    if (step === undefined && this.#ending !== undefined) this.#held = "";
    if (step === undefined) {
      this.#lookAgain.later(this.#held.length);
      return false;
    }
    this.#lookAgain.reset();
    parsed.push(...step.calls.map((call) => ({ type: "toolCall", call }) as const));
    this.#held = this.#held.slice(step.length);
    state.count += step.calls.length;
    if (step.isOver) this.#goOn();
    return step.isOver || step.length > 0;
  }

  #goOn(): void {
    this.#state = { type: "content" };
    this.#isBehind = true;
  }

  #waitsFor(begun: string, tags: readonly string[]): boolean {
    return this.#ending === undefined && mayBecome(begun, tags);
  }

  /** How much can be no part of a tag, nor of the white space before one. */
  #sureLength(tags: readonly string[]): number {
    if (this.#ending !== undefined) return this.#held.length;
    const partial = Math.max(0, ...tags.map((tag) => possibleTagLength(this.#held, tag)));
    return this.#held.slice(0, this.#held.length - partial).trimEnd().length;
  }

  #give(type: "content" | "thinking", length: number, parsed: ParsedOutput[]): void {
    if (length === 0) return;
    parsed.push({ type, text: this.#held.slice(0, length) });
    this.#held = this.#held.slice(length);
    if (type === "content") this.#isBehind = false;
  }
}

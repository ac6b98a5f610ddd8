import { type Ending, findTag, mayBecome } from "./call-reader.js";
import { possibleTagLength } from "./held-back.js";
import { parseLoosely } from "./json-calls.js";
import { LookAgain } from "./look-again.js";
import type { OfferedTools } from "./offered-tools.js";
import type { OutputParser, ParsedOutput } from "./output-parser.js";
import { xmlCalls } from "./xml-calls.js";

const START = "<|start|>";
const CHANNEL = "<|channel|>";
const MESSAGE = "<|message|>";
const CONSTRAIN = "<|constrain|>";
/** Muse Glimmer writes calls as elements in such a message. */
const MARKUP = "<atem:function_calls>";
/** What ends a message: the next one may also begin where its end was forgotten. */
const ENDS = ["<|end|>", "<|call|>", "<|return|>", "<|eom|>", "<|eot|>", START];
const HEADER_BEGINNINGS = [START, CHANNEL, MESSAGE, CONSTRAIN, "assistant<|", "to="];

/** Who a message is for. */
interface Header {
  isThought: boolean;
  /** The tool that is called. */
  recipient: string | undefined;
}

const FINAL: Header = { isThought: false, recipient: undefined };

/**
 * Separates the messages of gpt-oss and Muse: `<|channel|>analysis<|message|>…<|end|>`, or a message to itself, is a
 * thought, a message to a tool (`to=functions.name`) a call, everything else the answer.
 */
export class HarmonyParser implements OutputParser {
  readonly #tools: OfferedTools;
  #header: Header | undefined;
  #held = "";
  #isInHeader = false;
  readonly #lookAgain = new LookAgain();

  /** @param prompt - what the model continues: it may stand in the middle of a message */
  constructor(tools: OfferedTools, prompt = "") {
    this.#tools = tools;
    const begun = prompt.slice(prompt.lastIndexOf(START) + START.length);
    const message = begun.lastIndexOf(MESSAGE);
    if (prompt.includes(START) && message >= 0) this.#header = readHeader(begun.slice(0, message));
    else if (prompt.includes(START) && begun.includes(CHANNEL)) {
      this.#held = begun;
      this.#isInHeader = true;
    }
  }

  push(text: string): ParsedOutput[] {
    this.#held += text;
    const parsed: ParsedOutput[] = [];
    while (this.#advance(parsed, undefined));
    return parsed;
  }

  finish(reason: Ending): ParsedOutput[] {
    const parsed: ParsedOutput[] = [];
    while (this.#advance(parsed, reason));
    return parsed;
  }

  /** Takes one step; `false` when more text is needed. */
  #advance(parsed: ParsedOutput[], ending: Ending | undefined): boolean {
    if (this.#header !== undefined) return this.#readMessage(this.#header, parsed, ending);
    if (this.#held === "") return false;
    return this.#readHeader(ending);
  }

  #readHeader(ending: Ending | undefined): boolean {
    const begun = this.#held.trimStart();
    if (begun === "") return false;
    if (!this.#isInHeader) {
      const isHeader = HEADER_BEGINNINGS.some((beginning) => begun.startsWith(beginning));
      if (!isHeader && ending === undefined && mayBecome(begun, HEADER_BEGINNINGS)) return false;
      this.#isInHeader = isHeader;
      // Words without any channel are an answer.
      if (!isHeader) return this.#open(FINAL, this.#held);
    }
    const message = this.#held.indexOf(MESSAGE);
    if (message >= 0)
      return this.#open(readHeader(this.#held.slice(0, message)), this.#held.slice(message + MESSAGE.length));
    if (ending !== undefined && !this.#held.includes("<|")) return this.#open(FINAL, this.#held);
    if (ending !== undefined) this.#held = "";
    return false;
  }

  #open(header: Header, rest: string): boolean {
    this.#header = header;
    this.#held = rest;
    this.#isInHeader = false;
    return true;
  }

  #readMessage(header: Header, parsed: ParsedOutput[], ending: Ending | undefined): boolean {
    if (header.recipient !== undefined && ending === undefined && !this.#lookAgain.isDue(this.#held.length))
      return false;
    const end = findTag(this.#held, ENDS);
    if (header.recipient !== undefined) return this.#readCall(header.recipient, parsed, { end, ending });
    const type = header.isThought ? "thinking" : "content";
    const length = end?.at ?? (ending === undefined ? this.#sureLength() : this.#held.length);
    if (length > 0) parsed.push({ type, text: this.#held.slice(0, length) });
    this.#held = this.#held.slice(length);
    if (end === undefined) return false;
    this.#close(end.tag);
    return true;
  }

  #readCall(
    recipient: string,
    parsed: ParsedOutput[],
    { end, ending }: { end: { at: number; tag: string } | undefined; ending: Ending | undefined },
  ): boolean {
    if (end === undefined && ending === undefined) {
      this.#lookAgain.later(this.#held.length);
      return false;
    }
    this.#lookAgain.reset();
    const input = this.#held.slice(0, end?.at).trim();
    if (input.startsWith(MARKUP)) this.#readMarkup(input.slice(MARKUP.length), parsed);
    const isCut = end === undefined && ending !== "stop" && !isJson(input);
    const args = input === "" ? {} : isCut || input.startsWith(MARKUP) ? undefined : parseLoosely(input);
    if (typeof args === "object" && args !== null && !Array.isArray(args)) {
      parsed.push({ type: "toolCall", call: { name: this.#nameOf(recipient), arguments: { ...args } } });
    }
    this.#held = this.#held.slice(end?.at ?? this.#held.length);
    this.#close(end?.tag ?? "");
    return end !== undefined;
  }

  #readMarkup(text: string, parsed: ParsedOutput[]): void {
    const read = xmlCalls({ call: "invoke", prefix: "atem:", close: `</${MARKUP.slice(1)}`, tools: this.#tools });
    let rest = text;
    for (let count = 0; ; ) {
      const step = read(rest, { count, ending: "stop" });
      if (step === undefined) return;
      parsed.push(...step.calls.map((call) => ({ type: "toolCall", call }) as const));
      count += step.calls.length;
      rest = rest.slice(step.length);
      if (step.isOver || step.length === 0) return;
    }
  }

  /** The tag of the next message's beginning is left for its header. */
  #close(tag: string): void {
    this.#held = this.#held.slice(tag === START ? 0 : tag.length);
    this.#header = undefined;
    this.#isInHeader = false;
  }

  #sureLength(): number {
    return this.#held.length - Math.max(...ENDS.map((tag) => possibleTagLength(this.#held, tag)));
  }

  /** The prompt shows names as identifiers: the tool is the one whose name becomes this one. */
  #nameOf(recipient: string): string {
    const name = recipient.replace(/^functions\./, "");
    if (this.#tools.names.has(name)) return name;
    return [...this.#tools.names].find((offered) => identifier(offered) === name) ?? name;
  }
}

const NO_TOOLS: ReadonlySet<string | undefined> = new Set([undefined, "user", "assistant", "self"]);

function readHeader(text: string): Header {
  const channel = /<\|channel\|>\s*([\w]*)/.exec(text)?.[1];
  const recipient = /(?:^|\s|>)to=([^\s<]+)/.exec(text)?.[1];
  const isCall = !NO_TOOLS.has(recipient);
  return { isThought: channel === "analysis" || recipient === "self", recipient: isCall ? recipient : undefined };
}

function identifier(name: string): string {
  return name.replace(/[ .-]/g, "_").replace(/[^\p{L}\p{N}_$]/gu, "");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import type { ParsedToolCall } from "./output-parser.js";

/** Why no more text comes. */
export type Ending = "stop" | "length" | "repeat";

/** Where in an answer a reader is asked. */
export interface CallPlace {
  /** Calls that were read behind this opening tag already. */
  count: number;
  /** Why the text ends with what there is; absent while more can come. */
  ending: Ending | undefined;
}

/** What a reader made of the beginning of a text. */
export interface CallStep {
  calls: readonly ParsedToolCall[];
  /** How much of the text is done with. */
  length: number;
  /** Whether the calls are over, so that the answer goes on. */
  isOver: boolean;
}

/**
 * Reads the calls behind an opening tag, one step at a time. It answers only what no further text can change, so that
 * it is the same however the text is cut; nothing means that it needs more text.
 */
export type CallReader = (text: string, place: CallPlace) => CallStep | undefined;

/** The calls are over. */
export function over(length: number, calls: readonly ParsedToolCall[] = []): CallStep {
  return { calls, length, isOver: true };
}

/** There may be more calls. */
export function going(length: number, calls: readonly ParsedToolCall[] = []): CallStep {
  return { calls, length, isOver: false };
}

/** Where the first of some tags is, and which; of two at one place the longer one. */
export function findTag(text: string, tags: readonly string[], from = 0): { at: number; tag: string } | undefined {
  let found: { at: number; tag: string } | undefined;
  for (const tag of tags) {
    const at = text.indexOf(tag, from);
    if (at < 0) continue;
    const isBetter = found === undefined || at < found.at || (at === found.at && tag.length > found.tag.length);
    if (isBetter) found = { at, tag };
  }
  return found;
}

/** The same, but tags between the marks of a pair are text. */
export function findTagOutside(
  text: string,
  tags: readonly string[],
  [open, close]: readonly [open: string, close: string],
): { at: number; tag: string } | undefined {
  let from = 0;
  for (;;) {
    const found = findTag(text, tags, from);
    const mark = text.indexOf(open, from);
    if (found === undefined || mark < 0 || found.at < mark) return found;
    const end = text.indexOf(close, mark + open.length);
    if (end < 0) return undefined;
    from = end + close.length;
  }
}

/** Whether a text is the beginning of one of some tags, and no more. */
export function mayBecome(text: string, tags: readonly string[]): boolean {
  return tags.some((tag) => text.length < tag.length && tag.startsWith(text));
}

import { lastWordEnd } from "../word-flow.js";

/** A mark that nothing closes within so many characters is taken for text. */
const LONGEST_SPAN = 400;
/** A line that so far is only the mark of an item, a heading, a quote, a rule or the line under a heading. */
const ONLY_MARK = /^(?:[-*+>#=_`~|:\s]*|\d{1,9}[.)]?)$/;
/** Begins an item, or a paragraph: no mark reaches over it. */
const SCOPE = /\n[ \t]*\n|\n[ \t]*(?:[-*+>]|\d{1,9}[.)])[ \t]/g;
const LEAD = /^[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+)*/;
const DELIMITER = /\\.|`+|\*+|_+|~~|\[|\]\(?|\)|<(?=[a-z/])|>/gi;

/**
 * How much of a block's beginning means what it seems to mean, whatever follows: up to a word's end, with no mark open
 * that what follows may close, and no line that may yet become a table's.
 */
export function settledLength(block: string): number {
  let end = lastWordEnd(block);
  end = beforeLastLines(block, end, (line) => ONLY_MARK.test(line.trim()));
  end = beforeTable(block, end);
  const start = scopeStart(block.slice(0, end));
  const open = openMark(block.slice(start, end));
  return open === undefined ? end : start + open;
}

function beforeLastLines(block: string, end: number, isMeant: (line: string) => boolean): number {
  let at = end;
  while (at > 0) {
    const lineStart = block.lastIndexOf("\n", at - 1) + 1;
    const line = block.slice(lineStart, at);
    if (line !== "" && !isMeant(line)) return at;
    if (lineStart === 0) return 0;
    at = lineStart - 1;
    if (line !== "" || at === 0) continue;
    // The text before an empty line is whole; the line break itself waits for what follows.
    if (!isMeant(block.slice(block.lastIndexOf("\n", at - 1) + 1, at))) return at;
  }
  return 0;
}

/** A table begins with two lines that have bars; with a third one they would be its head already. */
function beforeTable(block: string, end: number): number {
  const lines = block.slice(0, end).split("\n");
  let count = 0;
  while (count < lines.length && lines.at(-1 - count)?.includes("|") === true) count += 1;
  if (count === 0 || count > 2) return end;
  return end - lines.slice(-count).join("\n").length;
}

function scopeStart(text: string): number {
  let start = 0;
  for (const { index } of text.matchAll(SCOPE)) start = index + 1;
  return start + (LEAD.exec(text.slice(start).replace(/^\n/, " "))?.[0].length ?? 0);
}

/** Where a mark stands that is open at the end of a text. */
function openMark(text: string): number | undefined {
  const open: { mark: string; at: number }[] = [];
  for (const { 0: mark, index } of text.matchAll(DELIMITER)) {
    const last = open.at(-1);
    if (mark.startsWith("\\") || (last?.mark.startsWith("`") === true && mark !== last.mark)) continue;
    if (mark === "[") open.push({ mark, at: index });
    else if (mark.startsWith("]")) closeBracket(open, mark, index);
    else if (mark === "<") open.push({ mark, at: index });
    else if (mark === ">") closeMark(open, "<");
    else if (mark === ")") closeMark(open, "(");
    else if (mark.startsWith("`")) {
      if (!closeMark(open, mark)) open.push({ mark, at: index });
    } else flank(text, { mark, at: index }, open);
  }
  return open.find(({ at }) => text.length - at <= LONGEST_SPAN)?.at;
}

function flank(text: string, { mark, at }: { mark: string; at: number }, open: { mark: string; at: number }[]): void {
  const [before = " ", after = " "] = [text[at - 1], text[at + mark.length]];
  const isInWord = mark.startsWith("_") && /\w/.test(before) && /\w/.test(after);
  if (isInWord) return;
  if (/\S/.test(before) && closeMark(open, mark)) return;
  if (/\S/.test(after)) open.push({ mark, at });
}

function closeMark(open: { mark: string }[], mark: string): boolean {
  const index = open.findLastIndex((one) => one.mark === mark);
  if (index !== -1) open.splice(index);
  return index !== -1;
}

function closeBracket(open: { mark: string; at: number }[], mark: string, at: number): void {
  const index = open.findLastIndex((one) => one.mark === "[");
  if (index === -1) return;
  const begun = open[index]?.at ?? at;
  open.splice(index);
  // Its address follows.
  if (mark === "](") open.push({ mark: "(", at: begun });
}

/** A thought, and the answer that comes behind it. */
export interface SplitThought {
  /** Empty when there is none. */
  thinking: string;
  /** The answer, or the whole text where there is no thought. */
  text: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";
const QUOTES = ["`", '"', "'"];

/**
 * Takes the thought out of a whole text in which a server left it: `<think>…</think>` at its beginning, or all before a
 * `</think>` that nothing opened, since some templates open it in the prompt. A tag that is quoted in an answer, and one
 * inside JSON, stays where it is.
 */
export function splitThought(text: string): SplitThought {
  const begun = text.trimStart();
  if (begun.startsWith(OPEN)) {
    const end = begun.indexOf(CLOSE);
    const thinking = begun.slice(OPEN.length, end < 0 ? undefined : end).trimStart();
    return { thinking, text: end < 0 ? "" : begun.slice(end + CLOSE.length).trimStart() };
  }
  const end = text.indexOf(CLOSE);
  if (end < 0 || !endsThought(text, end)) return { thinking: "", text };
  return { thinking: text.slice(0, end).trimStart(), text: text.slice(end + CLOSE.length).trimStart() };
}

function endsThought(text: string, end: number): boolean {
  const before = text.at(end - 1);
  const isQuoted = end > 0 && QUOTES.includes(before ?? "") && text[end + CLOSE.length] === before;
  return !isQuoted && !text.slice(0, end).includes(OPEN) && !isJson(text);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{"]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Deeper is no answer: what copies or prints it calls itself at each level, and would run out of stack. */
export const MAX_REPLY_DEPTH: number = 500;

/**
 * Parses JSON of a server.
 * @throws SyntaxError also where it is nested deeper than {@link MAX_REPLY_DEPTH}
 */
export function parseReply(text: string): unknown {
  // Only a text with as many brackets can be as deep: most lines are shorter than that.
  if (text.length > MAX_REPLY_DEPTH && isTooDeep(text)) {
    throw new SyntaxError(`it is nested deeper than ${MAX_REPLY_DEPTH} levels`);
  }
  return JSON.parse(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth += 1;
      if (depth > MAX_REPLY_DEPTH) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1;
  }
  return false;
}

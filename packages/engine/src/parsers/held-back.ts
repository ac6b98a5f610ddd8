/** The length of the end of `text` that may be the beginning of `tag`. */
export function possibleTagLength(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}]|[^"{}<]+|./sy;

/**
 * Where the JSON object ends that a text begins with; a closing tag outside of its texts ends it too. Nothing while it
 * is not complete.
 */
export function objectEnd(text: string, closes: readonly string[] = []): number | undefined {
  let depth = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const [shown] = token;
    if (shown === "{") depth++;
    else if (shown === "}" && --depth === 0) return token.index + 1;
    // A text that is not closed yet.
    else if (shown === '"') return undefined;
    else if (shown === "<" && closes.some((tag) => text.startsWith(tag, token.index))) return token.index;
  }
  return undefined;
}

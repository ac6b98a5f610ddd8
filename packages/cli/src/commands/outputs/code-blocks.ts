/** What stands between the fences of a Markdown text; a fence that nothing closes begins no block. */
export function codeBlocks(text: string): string[] {
  const lines = text.split("\n");
  const blocks: string[] = [];
  // What a search to the end did not find is not searched again: many open fences would cost the square of the text.
  const unclosed = new Map<string, number>();
  for (let index = 0; index < lines.length; index++) {
    const [fence] = /^(?:`{3,}|~{3,})/.exec(lines[index] ?? "") ?? [];
    if (fence === undefined) continue;
    const mark = fence.charAt(0);
    if (fence.length >= (unclosed.get(mark) ?? Infinity)) continue;
    let end = index + 1;
    while (end < lines.length && !closes(lines[end] ?? "", fence)) end += 1;
    if (end === lines.length) unclosed.set(mark, fence.length);
    else {
      const code = lines.slice(index + 1, end).join("\n");
      blocks.push(code.trimEnd());
      index = end;
    }
  }
  return blocks;
}

/** A closing fence is of the same sign, as long or longer, and alone on its line. */
function closes(line: string, fence: string): boolean {
  if (!line.startsWith(fence)) return false;
  const rest = line.trimEnd();
  for (let at = fence.length; at < rest.length; at++) if (rest[at] !== fence[0]) return false;
  return true;
}

import { withoutSequences } from "./string-width.js";
import { textWidth } from "./text-layout.js";
import { WordFlow } from "./word-flow.js";

/** What stands before a message: who speaks, or the room of that. */
const LABEL = /^(?:codo: |Note: | *)/;

/**
 * A message for a terminal, its lines broken between words and further lines set in below the first. What is copied
 * from it stays whole: a command between backticks, a path, an address; the terminal breaks those that are wider than
 * it, and gives them back as one.
 * @param indent - columns of further lines. @defaultValue the width of a label such as `codo: `, or of leading spaces
 */
export function wrapMessage(text: string, width: number, indent?: number): string {
  return text
    .split("\n")
    .map((line) => (textWidth(line) <= width ? line : wrapLine(line, width, indent ?? labelWidth(line))))
    .join("\n");
}

function labelWidth(line: string): number {
  return LABEL.exec(withoutSequences(line))?.[0].length ?? 0;
}

function wrapLine(line: string, width: number, indent: number): string {
  const flow = new WordFlow(width, { indent: Math.min(indent, Math.floor(width / 2)) });
  const parts = line.split("`");
  let out = "";
  for (const [index, part] of parts.entries()) {
    const isCommand = index % 2 === 1 && index < parts.length - 1;
    if (isCommand) flow.addWhole(`\`${part}\``);
    else out += flow.add(index % 2 === 1 ? `\`${part}` : part);
  }
  return out + flow.end();
}

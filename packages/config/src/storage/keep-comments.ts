import { createScanner, type Edit, findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { SettingPath } from "../schema/setting-path.js";

// `modify` of the library removes what stands between two properties, and adds one before the comment on the line of the
// last: comments are lost, or come to stand beside another setting than they speak of.

/** The edits that remove a property and nothing else; none when it is not there. */
export function removeProperty(text: string, path: SettingPath): Edit[] {
  const property = nodeAt(text, path)?.parent;
  if (property === undefined) return [];
  const siblings = property.parent?.children ?? [];
  const at = siblings.indexOf(property);
  const before = siblings[at - 1];
  const comma = commaAfter(text, property);
  const end = comma === undefined ? endOf(property) : comma + 1;
  const start = startOfBlanks(text, property.offset);
  const removal = { offset: start, length: end - start, content: "" };
  const left = before === undefined || comma !== undefined ? undefined : commaAfter(text, before);
  return left === undefined ? [removal] : [{ offset: left, length: 1, content: "" }, removal];
}

/**
 * The edits that add a property after the comment on the line of the last one; `undefined` where there is no such comment,
 * or nothing to add.
 */
export function addAfterComment(
  text: string,
  path: SettingPath,
  { value, indent }: { value: unknown; indent: string },
): Edit[] | undefined {
  const depth = path.findIndex((_, at) => nodeAt(text, path.slice(0, at + 1)) === undefined);
  const last = depth < 0 ? undefined : nodeAt(text, path.slice(0, depth))?.children?.at(-1);
  if (last?.type !== "property") return undefined;
  const comma = commaAfter(text, last);
  const comment = commentToLineEnd(text.slice((comma ?? endOf(last) - 1) + 1));
  if (comment === undefined) return undefined;
  const added = path.slice(depth + 1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const line = text.slice(text.lastIndexOf("\n", last.offset) + 1, last.offset);
  const margin = /^[ \t]*/.exec(line)?.[0] ?? "";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const words = `${JSON.stringify(path[depth])}: ${JSON.stringify(added, null, indent)}`.replaceAll(
    "\n",
    `\n${margin}`,
  );
  const content = `\n${margin}${words}`.replaceAll("\n", eol);
  const insertion = { offset: (comma ?? endOf(last) - 1) + 1 + comment.length, length: 0, content };
  return comma === undefined ? [{ offset: endOf(last), length: 0, content: "," }, insertion] : [insertion];
}

/** The comment that ends a line, with the blanks before it. */
function commentToLineEnd(text: string): string | undefined {
  const line = text.slice(0, Math.max(text.indexOf("\n"), 0)).trimEnd();
  const words = line.trimStart();
  return words.startsWith("//") || (words.startsWith("/*") && words.endsWith("*/")) ? line : undefined;
}

function nodeAt(text: string, path: SettingPath): Node | undefined {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** Where the comma after a property stands; only blanks and comments come before it. */
function commaAfter(text: string, property: Node): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(endOf(property));
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === "," ? at : undefined;
}

/** Where the blanks before a place begin, with the end of the line above. */
function startOfBlanks(text: string, place: number): number {
  let at = place;
  while (text[at - 1] === " " || text[at - 1] === "\t") at -= 1;
  if (text[at - 1] !== "\n") return place;
  return text[at - 2] === "\r" ? at - 2 : at - 1;
}

import { OllamaError } from "@codo/ollama-contract";
import {
  applyEdits,
  createScanner,
  findNodeAtLocation,
  getLocation,
  getNodeValue,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { ConfigSettings } from "../schema/config-schema.js";
import type { SettingChange } from "../schema/setting-change.js";
import type { SettingPath } from "../schema/setting-path.js";
import { addAfterComment, removeProperty } from "./keep-comments.js";

/** A longer line was written by a program: nobody reads it. */
const LONG_LINE_CHARACTERS = 4096;

const LONGEST_KEY_SHOWN = 80;

/** Settings with a JSON Schema in them may be deep; what is deeper than this is a mistake, or means harm. */
const MAX_DEPTH = 200;

/** A place in a text, both counted from 1. */
export interface TextPosition {
  line: number;
  column: number;
}

/** A configuration file's text, JSON with comments, read without losing any of it. */
export class JsoncDocument {
  readonly text: string;
  readonly settings: ConfigSettings;
  readonly #tree: Node;

  /** @throws OllamaError `INVALID_CONFIG` with `details.{file, line, column, key}` when the text is broken */
  constructor(text: string, file: string) {
    assertShallow(text, file);
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (first !== undefined) throw broken(text, file, first.offset, parseErrorText(first));
    if (tree?.type !== "object") throw broken(text, file, tree?.offset ?? 0, "expected an object { … }");
    const duplicate = findDuplicateKey(tree);
    if (duplicate !== undefined) {
      throw broken(text, file, duplicate.offset, `the key "${String(duplicate.value)}" occurs twice`);
    }
    this.text = text;
    this.#tree = tree;
    this.settings = structuredClone(getNodeValue(tree)) as ConfigSettings;
  }

  /** Where the value of a path stands; of the nearest parent when the path itself is absent. */
  positionOf(path: SettingPath): TextPosition {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(this.#tree, path.slice(0, length));
      if (node !== undefined) return positionAt(this.text, node.parent?.offset ?? node.offset);
    }
    return positionAt(this.text, this.#tree.offset);
  }

  /** The text with changes made to it; comments, order, indentation and line ends of the rest stay. */
  edit(changes: readonly SettingChange[]): string {
    const eol = this.text.includes("\r\n") ? "\r\n" : "\n";
    const indent = /\n([ \t]+)"/.exec(this.text)?.[1] ?? "  ";
    const formattingOptions = { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length, eol };
    // A line that is changed is formatted again, at the cost of the whole text for each word of the line: a file that is
    // written on one line stays so.
    const options = hasLongLine(this.text) ? {} : { formattingOptions };
    let text = this.text;
    for (const { path, value } of changes) {
      const edits =
        value === undefined
          ? removeProperty(text, path)
          : (addAfterComment(text, path, { value, indent }) ?? modify(text, [...path], value, options));
      text = applyEdits(text, edits);
    }
    return text;
  }
}

function hasLongLine(text: string): boolean {
  return text.split("\n").some((line) => line.length > LONG_LINE_CHARACTERS);
}

function parseErrorText(error: ParseError): string {
  const name = printParseErrorCode(error.error);
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.replace("close brace", "}").replace("close bracket", "]").replace("colon", ":").replace("comma", ",");
}

function broken(text: string, file: string, offset: number, what: string): OllamaError {
  const { line, column } = positionAt(text, offset);
  const key = getLocation(text, offset)
    .path.filter((segment) => segment !== "")
    .join(".")
    .slice(0, LONGEST_KEY_SHOWN);
  const near = key === "" ? "" : ` near "${key}"`;
  return new OllamaError(
    "INVALID_CONFIG",
    `${file}:${line}:${column} is not valid JSON${near}: ${what}. The file was left as it is; fix it, or \`codo config reset\` (which keeps a backup).`,
    { details: { file, line, column, key, reason: what } },
  );
}

function findDuplicateKey(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const [key, value] = child.type === "property" ? (child.children ?? []) : [];
    if (key !== undefined && seen.has(key.value)) return key;
    seen.add(key?.value ?? child);
    const inside = findDuplicateKey(value ?? child);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Refuses a text that is nested deeper than any setting: what parses it calls itself at each level. */
function assertShallow(text: string, file: string): void {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    const sign = scanner.getTokenLength() === 1 ? text[offset] : undefined;
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    if (depth > MAX_DEPTH) throw broken(text, file, offset, `it is nested deeper than ${MAX_DEPTH} levels`);
  }
}

import { graphemes, stringWidth } from "./string-width.js";

/** Columns that a text takes in a terminal. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** A text with spaces up to a width. */
export function padTo(text: string, width: number, side: "left" | "right" = "right"): string {
  const padding = " ".repeat(Math.max(0, width - textWidth(text)));
  return side === "right" ? text + padding : padding + text;
}

/** Breaks a text into lines of at most `width` columns, at spaces where it can. */
export function wrapText(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => (textWidth(line) <= width ? [line] : wrapLine(line, Math.max(1, width))));
}

/** A text with every run of white space as one space. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The beginning of a text on one line, with an ellipsis where it was cut. */
export function clip(text: string, width: number): string {
  return cutLine(onOneLine(text), width);
}

/** The beginning of a line, with an ellipsis where it was cut; its spaces stay. */
export function cutLine(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  let cut = "";
  let used = 0;
  for (const segment of graphemes(line)) {
    used += textWidth(segment);
    if (used > width - 1) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\s)/)) {
    if (current !== "" && textWidth((current + word).trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = "";
    }
    current += word;
    while (textWidth(current.trimEnd()) > width) {
      const head = fitting(current, width);
      lines.push(head);
      current = current.slice(head.length);
    }
  }
  if (current.trim() !== "") lines.push(current.trimEnd());
  return lines;
}

function fitting(text: string, width: number): string {
  let head = "";
  for (const segment of graphemes(text)) {
    if (head !== "" && textWidth(head + segment) > width) break;
    head += segment;
  }
  return head;
}

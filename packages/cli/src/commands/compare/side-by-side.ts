import { padTo, wrapText } from "../../terminal/text-layout.js";

/** A text with its heading. */
export interface TitledText {
  title: string;
  text: string;
}

const GAP = "  │  ";
const LEAST_WIDTH = 36;

/** Texts in columns where the terminal is wide enough for all; else, and in a pipe, one below the other. */
export function sideBySide(
  texts: readonly TitledText[],
  { width, head }: { width: number; head: (text: string) => string },
): string {
  const columnWidth = Math.floor((width - GAP.length * (texts.length - 1)) / texts.length);
  if (columnWidth < LEAST_WIDTH || !Number.isFinite(width)) {
    return texts.map(({ title, text }) => `${head(title)}\n${wrapText(text.trim(), width).join("\n")}`).join("\n\n");
  }
  const columns = texts.map(({ text }) => wrapText(text.trim(), columnWidth));
  const height = Math.max(...columns.map((lines) => lines.length));
  const rows = Array.from({ length: height }, (_, row) =>
    columns
      .map((lines) => padTo(lines[row] ?? "", columnWidth))
      .join(GAP)
      .trimEnd(),
  );
  return [
    head(
      texts
        .map(({ title }) => padTo(title, columnWidth))
        .join(GAP)
        .trimEnd(),
    ),
    ...rows,
  ].join("\n");
}

/*
 * Columns that a text takes in a terminal. The library that yargs uses for this costs `--help` a quarter of its time, by
 * loading tables for texts that it never meets; the bundle gives yargs this one in its place.
 */

const PLAIN = /^[\u0020-\u007e]*$/;
const ESCAPE = "\u001b";
const SEQUENCE = new RegExp(`${ESCAPE}\\[[0-?]*[ -/]*[@-~]`, "g");

let segmenter: Intl.Segmenter | undefined;

/** What belongs together when a text is taken apart: letters with their accents, emoji with their joiners. */
export function graphemes(text: string): string[] {
  // Made when the first text needs it: that takes milliseconds.
  segmenter ??= new Intl.Segmenter();
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** A text without escape sequences for colour. */
export function withoutSequences(text: string): string {
  return text.replace(SEQUENCE, "");
}

/** Columns that a text takes; escape sequences for colour take none. */
export function stringWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  const shown = withoutSequences(text);
  if (PLAIN.test(shown)) return shown.length;
  return graphemes(shown).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0);
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{Control}\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u.test(grapheme)) return 0;
  const isEmoji = /\p{Emoji_Presentation}|\uFE0F|^\p{Regional_Indicator}{2}/u.test(grapheme);
  return isEmoji || isWide(grapheme.codePointAt(0) ?? 0) ? 2 : 1;
}

/** First and last code points that East Asian Width calls wide or full width, in order. Source: Unicode 16, UAX #11. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x20000, 0x3fffd],
];

function isWide(codePoint: number): boolean {
  return WIDE.some(([first, last]) => codePoint >= first && codePoint <= last);
}

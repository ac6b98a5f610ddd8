/** Longer words are cut here, in the index and in a query alike. */
const MAX_TERM_LENGTH = 40;

const ASCII_WORD = new Uint8Array(128).map((_, code) => (/[0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0));
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;
const MARKS = /\p{M}/gu;
/** Scripts that are written without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Receives a term and the part of the text that it stands for, in UTF-16 units. */
export type TermVisitor = (term: string, start: number, end: number) => void;

/**
 * Cuts a text into terms: runs of letters and digits, in lower case and without accents, so that `Müller` and `muller`
 * meet. Where a script has no spaces, each character and each pair of neighbours is a term.
 */
export function forEachTerm(text: string, visit: TermVisitor): void {
  let start = -1;
  let ascii = true;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    const character = code < 128 ? "" : String.fromCodePoint(text.codePointAt(i) ?? 0);
    if (code < 128 ? ASCII_WORD[code] === 1 : WORD_CHARACTER.test(character)) {
      if (start === -1) {
        start = i;
        ascii = true;
      }
      ascii &&= code < 128;
    } else if (start !== -1) {
      if (ascii) visit(text.slice(start, Math.min(i, start + MAX_TERM_LENGTH)).toLowerCase(), start, i);
      else visitUnicode(text, start, i, visit);
      start = -1;
    }
    if (character.length === 2) i++;
  }
}

/** The terms of a text, in order. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  forEachTerm(text, (term) => terms.push(term));
  return terms;
}

function visitUnicode(text: string, start: number, end: number, visit: TermVisitor): void {
  const word = text.slice(start, end);
  if (!UNSPACED.test(word)) {
    visitFolded(word, start, end, visit);
    return;
  }
  let at = start;
  let previous = "";
  for (const character of word) {
    visitFolded(character, at, at + character.length, visit);
    if (previous !== "") visitFolded(previous + character, at - previous.length, at + character.length, visit);
    previous = character;
    at += character.length;
  }
}

function visitFolded(word: string, start: number, end: number, visit: TermVisitor): void {
  const folded = word.normalize("NFKD").replace(MARKS, "").toLowerCase();
  // Not through the middle of a surrogate pair: half a pair cannot be stored.
  const term = folded.slice(0, MAX_TERM_LENGTH).replace(/[\ud800-\udbff]$/, "");
  if (term !== "") visit(term, start, end);
}

import { OllamaError } from "@codo/ollama-contract";
import { termsOf } from "../text/tokenize.js";

/** One condition of a query: a word, or the beginning of one. */
export interface SearchTerm {
  text: string;
  prefix: boolean;
}

/** A query, taken apart. All terms must occur, and all phrases too. */
export interface SearchQuery {
  terms: SearchTerm[];
  /** Sequences of words that must stand one after the other. */
  phrases: string[][];
}

const PART = /"([^"]*)"?|(\S+)/g;

/**
 * Takes a query apart: words that must all occur, `word*` for the beginning of a word, and `"words in a row"`.
 *
 * @throws INVALID_REQUEST when there is nothing in it to search for
 */
export function parseSearchQuery(query: string): SearchQuery {
  const terms = new Map<string, SearchTerm>();
  const phrases: string[][] = [];
  for (const [, quoted, word = ""] of query.matchAll(PART)) {
    const words = termsOf(quoted ?? word);
    if (quoted !== undefined && words.length > 1) phrases.push(words);
    words.forEach((text, i) => {
      const prefix = quoted === undefined && word.endsWith("*") && i === words.length - 1;
      terms.set(`${text}${prefix ? "*" : ""}`, { text, prefix });
    });
  }
  if (terms.size === 0) {
    throw new OllamaError(
      "INVALID_REQUEST",
      `There is no word to search for in ${JSON.stringify(query)}. Give at least one, or list the outputs instead.`,
    );
  }
  return { terms: [...terms.values()], phrases };
}

/** Whether a word of a text meets one of a query's terms. */
export function matchesTerm(query: SearchQuery, word: string): boolean {
  return query.terms.some(({ text, prefix }) => (prefix ? word.startsWith(text) : word === text));
}

/** Whether the words of a text have a phrase in them. */
export function hasPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, at) => phrase.every((word, i) => words[at + i] === word));
}

import type { ContextDocument } from "./context-prompt.js";

/** A document that did not fit. */
export interface LeftOutDocument {
  /** Position in the context that was given, from 0. */
  index: number;
  title?: string;
  /** Its size in tokens, estimated. */
  tokens: number;
}

/** Which documents go into a prompt. */
export interface DocumentSelection {
  included: { index: number; document: ContextDocument }[];
  leftOut: LeftOutDocument[];
  /** Tokens of what is included, estimated. */
  usedTokens: number;
}

/** Tokens of the two delimiter lines around a document. */
const DELIMITER_TOKENS = 32;

/**
 * Takes documents in the order given as long as they fit a budget; a later, smaller one may still fit where an earlier
 * one did not. A document goes in whole or not at all.
 */
export function selectDocuments(
  documents: readonly ContextDocument[],
  budgetTokens: number,
  estimate: (text: string) => number,
): DocumentSelection {
  const selection: DocumentSelection = { included: [], leftOut: [], usedTokens: 0 };
  for (const [index, document] of documents.entries()) {
    const tokens = estimate(document.text) + DELIMITER_TOKENS;
    if (selection.usedTokens + tokens <= budgetTokens) {
      selection.included.push({ index, document });
      selection.usedTokens += tokens;
    } else {
      const { title } = document;
      selection.leftOut.push({ index, ...(title !== undefined && { title }), tokens });
    }
  }
  return selection;
}

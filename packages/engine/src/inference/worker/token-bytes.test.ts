import { describe, expect, it } from "vitest";
import type { NativeModel } from "./native-addon.js";
import { TokenBytes } from "./token-bytes.js";

const NORMAL = 1 << 2;
const CONTROL = 1 << 3;
const USER_DEFINED = 1 << 4;
const BYTE = 1 << 5;

/** A vocabulary of one token. */
function bytesOf(vocabularyType: number, text: string, attributes = NORMAL): string {
  const model: Partial<NativeModel> = {
    getVocabularyType: () => vocabularyType,
    getTokenString: () => text,
    getTokenAttributes: () => attributes,
    detokenize: () => "from llama.cpp",
  };
  return Buffer.from(new TokenBytes(model as NativeModel).get(0)).toString("latin1");
}

describe("TokenBytes", () => {
  it.each([
    ["a SentencePiece space", 1, "\u2581the", NORMAL, " the"],
    ["a SentencePiece byte", 1, "<0xE4>", BYTE, "\xe4"],
    ["SentencePiece text that only looks like a byte", 1, "<0xE4>", NORMAL, "<0xE4>"],
    ["a byte-level space", 2, "Ġthe", NORMAL, " the"],
    ["byte-level control characters", 2, "ĊĀ", NORMAL, "\n\0"],
    ["a part of a character", 2, "ä¸", NORMAL, "\xe4\xb8"],
    ["the bytes that have no character of their own", 2, "¡ł\u0143", NORMAL, "\xa1\xa0\xad"],
    ["a control token", 2, "<|im_end|>", CONTROL, "<|im_end|>"],
    ["a user's token with a letter that byte-level text uses for another byte", 2, "Ġ", USER_DEFINED, "\xc4\xa0"],
    ["a word piece", 3, "\u2581word", NORMAL, " word"],
    ["another kind of vocabulary", 5, "?", NORMAL, "from llama.cpp"],
  ])("reads %s", (_name, vocabularyType, text, attributes, expected) => {
    expect(bytesOf(vocabularyType, text, attributes)).toBe(expected);
  });
});

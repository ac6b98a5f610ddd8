import type { NativeModel } from "./native-addon.js";

/** llama.cpp's `llama_vocab_type`. */
const SENTENCEPIECE = 1;
const BYTE_PAIR = 2;
const WORD_PIECE = 3;
const UNIGRAM = 4;

/** llama.cpp's `llama_token_attr`. */
const CONTROL = 1 << 3;
const USER_DEFINED = 1 << 4;
const BYTE = 1 << 5;

const SPACE_MARK = /\u2581/g;

/**
 * The exact bytes of each token. A token may hold a part of a character, so text can only be made of the bytes of
 * several; llama.cpp's own binding gives text, in which such a part is lost. Control tokens are rendered, since
 * parsers look for some of them.
 */
export class TokenBytes {
  readonly #model: NativeModel;
  readonly #vocabularyType: number;
  readonly #cache = new Map<number, Uint8Array>();

  constructor(model: NativeModel) {
    this.#model = model;
    this.#vocabularyType = model.getVocabularyType();
  }

  get(token: number): Uint8Array {
    const known = this.#cache.get(token);
    if (known !== undefined) return known;
    const bytes = this.#read(token);
    this.#cache.set(token, bytes);
    return bytes;
  }

  #read(token: number): Uint8Array {
    const text = this.#model.getTokenString(token);
    const attributes = this.#model.getTokenAttributes(token);
    if ((attributes & (CONTROL | USER_DEFINED)) !== 0) return Buffer.from(text);
    switch (this.#vocabularyType) {
      case BYTE_PAIR:
        return decodeBytePair(text);
      case SENTENCEPIECE:
      case UNIGRAM: {
        const byte = (attributes & BYTE) !== 0 ? /^<0x([0-9A-F]{2})>$/.exec(text)?.[1] : undefined;
        return byte !== undefined
          ? Uint8Array.of(Number.parseInt(byte, 16))
          : Buffer.from(text.replace(SPACE_MARK, " "));
      }
      case WORD_PIECE:
        return Buffer.from(text.replace(SPACE_MARK, " "));
      default:
        return Buffer.from(this.#model.detokenize(Uint32Array.of(token), true));
    }
  }
}

/** Byte-level BPE spells each byte as one visible character: GPT-2's `bytes_to_unicode`, backwards. */
function decodeBytePair(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = BYTE_OF_CHARACTER.get(character);
    if (byte === undefined) bytes.push(...Buffer.from(character));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = byteOfCharacter();

function byteOfCharacter(): Map<string, number> {
  const map = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    map.set(String.fromCodePoint(visible ? byte : next++), byte);
  }
  return map;
}

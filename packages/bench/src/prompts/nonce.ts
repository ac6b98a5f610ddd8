import { shuffled } from "../statistics/seeded-random.js";

/**
 * The words of a nonce. Every nonce is an order of the same words: a tokenizer that splits at spaces makes the same
 * number of tokens of each, so that a prompt sized once stays exact, while no two prompts share more than their first
 * tokens with the server's cache. Eleven words have 39 916 800 orders.
 */
const WORDS = ["red", "blue", "green", "north", "south", "river", "stone", "cloud", "seven", "eight", "lamp"];

/**
 * A nonce: the words in a random order, as the start of a prompt. A fixed word stands at each end: the first word of a
 * text and a word before a full stop are other tokens than the same word between blanks.
 */
export function nonce(random: () => number): string {
  return `Words ${shuffled(WORDS, random).join(" ")} here. `;
}

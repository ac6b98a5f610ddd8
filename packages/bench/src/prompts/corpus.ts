const SUBJECTS = [
  "the miller",
  "a traveller",
  "the old clock",
  "my neighbour",
  "the ferry",
  "a young fox",
  "the baker",
  "the north wind",
  "her brother",
  "the gardener",
  "a quiet child",
  "the lighthouse",
];
const VERBS = [
  "finds",
  "carries",
  "watches",
  "follows",
  "repairs",
  "remembers",
  "leaves",
  "greets",
  "paints",
  "counts",
  "hides",
  "borrows",
];
const OBJECTS = [
  "a small boat",
  "the last letter",
  "three green apples",
  "an empty house",
  "the long road",
  "a silver key",
  "the morning train",
  "some warm bread",
  "the river stones",
  "a torn map",
  "the garden gate",
  "two grey birds",
];
const ENDINGS = [
  "before the rain",
  "in early spring",
  "near the harbour",
  "without a word",
  "after the market",
  "every second day",
  "by candle light",
  "at the end of the lane",
];

/** Plain English words without end, the same for the same random numbers: material for prompts of any length. */
export function corpusWords(count: number, random: () => number): string[] {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const words: string[] = [];
  while (words.length < count) {
    words.push(...`${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)} ${pick(ENDINGS)}.`.split(" "));
  }
  return words.slice(0, count);
}

/** What a model lacks that was asked for vectors. */
export const NO_EMBEDDINGS = "the model makes no embeddings";

/**
 * What the packages advise to programs, as it is said at a prompt: the option of a call, and the flag in its place. A
 * message that names an option to set gets a line here; the test reads the sources for those that have none.
 */
const PROMPT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/pass onJournalMismatch: "continue" to continue it/g, "continue it with --continue-anyway"],
  [/, `allowOutside: true` of create\(\)/g, ""],
  [
    /Give its bytes: images: \[await imageFromFile\("[^"]*"\)\]\./g,
    "Give it as base64; `codo run` takes files with --image FILE.",
  ],
  [/Set\s+bustCache\s+to\b/g, "Use --bust-cache to"],
  // llama.cpp takes the server to be at fault, and advises an option of its own.
  [/this (?:model|server) does not support embeddings(?:\. Start it with `--embeddings`)?/gi, NO_EMBEDDINGS],
  [/with OLLAMA_HOST\b/g, "with --host or OLLAMA_HOST"],
];

/** A message or an advice of a package in the words of the command line. */
export function promptWords(text: string): string {
  return PROMPT_WORDS.reduce((said, [words, instead]) => said.replace(words, instead), text);
}

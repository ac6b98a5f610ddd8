/**
 * What the packages advise to programs, as it is said at a prompt: the option of a call, and the flag in its place. A
 * message that names an option to set gets a line here; the test reads the sources for those that have none.
 */
const PROMPT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/pass onJournalMismatch: "continue" to continue it/, "continue it with --continue-anyway"],
  [/, `allowOutside: true` of create\(\)/, ""],
  [/Give its bytes: images: \[await imageFromFile\("[^"]*"\)\]\./, "Give it as base64, or with --image FILE."],
  [/Set\s+bustCache\s+to\b/, "Use --bust-cache to"],
  [/with OLLAMA_HOST\b/, "with --host or OLLAMA_HOST"],
];

/** A message or an advice of a package in the words of the command line. */
export function promptWords(text: string): string {
  return PROMPT_WORDS.reduce((said, [words, instead]) => said.replace(words, instead), withoutRequest(text));
}

/** What a server refuses begins with who refuses it: that it was a POST, and to what, helps nobody at a prompt. */
function withoutRequest(text: string): string {
  const refused = / failed with 40[04]: /.exec(text);
  if (refused === null) return text;
  const [, path = "", to, host] = text.slice(0, refused.index).split(" ");
  const isRequest = path.startsWith("/") && to === "to" && host !== undefined;
  return isRequest ? `${host} says: ${text.slice(refused.index + refused[0].length)}` : text;
}

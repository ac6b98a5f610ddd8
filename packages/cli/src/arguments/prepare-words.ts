import type { CommandSpec, OptionSpec } from "./command-spec.js";

/*
 * Two things that yargs has no option for are written so that it understands them: an option whose value may be left
 * out, and words that begin with a dash.
 */

/** Marks a word that is no option although it begins with a dash. No word of a command line can contain it. */
const MARK = "\0";

/** The words of a command line as yargs understands them; {@link unmark} is for what it gives back. */
export function prepareWords(argv: readonly string[], commands: readonly CommandSpec[]): string[] {
  const end = argv.indexOf("--");
  const before = end === -1 ? argv : argv.slice(0, end);
  const after = end === -1 ? [] : argv.slice(end + 1);
  const implied = impliedValues(commands);
  return [
    ...before.map((word, index) => {
      if (word === "-") return MARK + word;
      const option = implied.get(word);
      return option === undefined || option.choices?.includes(before[index + 1] ?? "")
        ? word
        : `${word}=${option.implied}`;
    }),
    ...after.map((word) => (word.startsWith("-") ? MARK + word : word)),
  ];
}

/** A text of yargs without the marks of {@link prepareWords}. */
export function unmark(text: string): string {
  return text.replaceAll(MARK, "");
}

// `--think` may stand alone or have a level after it; the word after it may also be the prompt.
function impliedValues(commands: readonly CommandSpec[]): ReadonlyMap<string, OptionSpec> {
  return new Map(
    commands.flatMap(({ options = {} }) =>
      Object.entries(options)
        .filter(([, { implied }]) => implied !== undefined)
        .map(([name, option]) => [`--${name}`, option] as const),
    ),
  );
}

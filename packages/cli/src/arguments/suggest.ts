import { didYouMean } from "@codo/ollama-config";
import type { CommandSpec, OptionSpec } from "./command-spec.js";
import { follow, namesOf } from "./follow-words.js";
import { commandElsewhere, modelOption } from "./other-words.js";

/** What was not understood, and what there is. */
export interface Misunderstood {
  /** The words that are no options, as far as they were read: commands first. */
  words: readonly string[];
  /** Options and words that are not known, without dashes. */
  unknown: readonly string[];
  commands: readonly CommandSpec[];
  globals: Readonly<Record<string, OptionSpec>>;
}

/** What to try in place of a command line that was not understood: the nearest command or option, else the help. */
export function suggest({ words, unknown, commands, globals }: Misunderstood): string {
  const { command: followed, path, level, options, rest } = follow(words, commands);
  const [next] = rest;
  const elsewhere = path.length === 0 ? commandElsewhere(next ?? unknown[0] ?? "", commands) : undefined;
  if (elsewhere !== undefined) return `Here it is \`codo ${elsewhere}\`.`;
  const takesModel = options.includes("model") && (followed?.positionals ?? []).length === 0;
  if (next !== undefined && takesModel)
    return `A model is named with -m: \`${["codo", ...path, "-m", next].join(" ")}\``;
  const command = next === undefined ? undefined : didYouMean(next, level.flatMap(namesOf));
  if (command !== undefined) return `Did you mean \`${["codo", ...path, command].join(" ")}\`?`;
  const known = [...Object.keys(globals), ...options, "help", "version"];
  for (const name of unknown) {
    const nearest = words.includes(name) ? undefined : didYouMean(name, known);
    if (nearest !== undefined) return `Did you mean --${nearest}?`;
    const option = options.includes("option") && !words.includes(name) ? modelOption(name) : undefined;
    if (option !== undefined) return `An option of the model is given with -o: -o ${option}=VALUE`;
  }
  return `\`${["codo", ...path, "--help"].join(" ")}\` shows how it is used.`;
}

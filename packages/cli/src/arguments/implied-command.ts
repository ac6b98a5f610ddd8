import type { CommandSpec } from "./command-spec.js";
import { namesOf } from "./follow-words.js";

/** The command of a line that names none and has a prompt. */
const ASKING = "run";

/**
 * A command line with its command: `codo "Why is the sky blue?"` is `codo run "Why is the sky blue?"`. A prompt is known
 * by its space, which no command's name has; `-` is one that is piped in. So is the word of a line that begins with an
 * option of `run`: `codo -m llama3.2 Hello`. A mistyped command stays one. `codo help run` is `codo run --help`.
 */
export function withCommand(argv: readonly string[], commands: readonly CommandSpec[]): readonly string[] {
  if (argv[0] === "help" && argv.length > 1) return [...argv.slice(1), "--help"];
  const names = new Set(commands.flatMap(namesOf));
  if (argv.some((word) => names.has(word))) return argv;
  const isPrompt = (word: string) => word === "-" || (/\s/.test(word.trim()) && !word.startsWith("-"));
  const isAsking = argv.some(isPrompt) || optionsOfAsking(commands).has(nameOf(argv[0]));
  return isAsking ? [ASKING, ...argv] : argv;
}

/** The options that `run` has, and not every command; as they are written. */
function optionsOfAsking(commands: readonly CommandSpec[]): ReadonlySet<string> {
  const { options = {} } = commands.find(({ name }) => name === ASKING) ?? {};
  return new Set(
    Object.entries(options).flatMap(([name, { alias }]) => [
      `--${name}`,
      ...(alias === undefined ? [] : [`-${alias}`]),
    ]),
  );
}

/** An option without the value that stands in the same word. */
function nameOf(word = ""): string {
  return word.split("=", 1)[0] ?? "";
}

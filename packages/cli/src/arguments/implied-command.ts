import type { CommandSpec } from "./command-spec.js";

/** The command of a line that names none and has a prompt. */
const ASKING = "run";

/**
 * A command line with its command: `codo "Why is the sky blue?"` is `codo run "Why is the sky blue?"`. A prompt is known
 * by its space, which no command's name has; `-` is one that is piped in. A mistyped command stays one. `codo help run`
 * is `codo run --help`.
 */
export function withCommand(argv: readonly string[], commands: readonly CommandSpec[]): readonly string[] {
  if (argv[0] === "help" && argv.length > 1) return [...argv.slice(1), "--help"];
  const names = new Set(commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  const isNamed = argv.some((word) => names.has(word));
  const isPrompt = (word: string) => word === "-" || (/\s/.test(word.trim()) && !word.startsWith("-"));
  return !isNamed && argv.some(isPrompt) ? [ASKING, ...argv] : argv;
}

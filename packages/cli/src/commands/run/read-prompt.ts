import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { readPipedInput, readWholeInput } from "../../running/read-stdin.js";
import { PIPED_INPUT, textOf } from "../../running/read-text.js";

/** Stands for what is piped in, or typed up to Ctrl-D. */
const INPUT = "-";

/**
 * The prompt: the words of the command line, with what is piped in before them, or where `-` stands.
 * @param options.isOptional - whether a template has something to say without it
 * @throws UsageError when there is none
 */
export async function readPrompt(
  words: readonly string[],
  { terminal }: CliContext,
  { isInputTaken = false, isOptional = false }: { isInputTaken?: boolean; isOptional?: boolean } = {},
): Promise<string> {
  const { stdin } = process;
  const asked = words.indexOf(INPUT);
  const text = (some: readonly string[]) => some.join(" ");
  let parts: string[];
  if (isInputTaken) parts = [text(words)];
  else if (asked === -1) {
    const piped = await readPipedInput({ stdin, terminal, isOptional: isOptional || words.length > 0 });
    parts = [piped.trimEnd(), text(words)];
  } else {
    const input = textOf(await readWholeInput(stdin), PIPED_INPUT);
    parts = [text(words.slice(0, asked)), input.trimEnd(), text(words.slice(asked + 1))];
  }
  const prompt = parts.filter((part) => part !== "").join("\n\n");
  if (prompt !== "" || isOptional) return prompt;
  throw new UsageError(
    "There is no prompt.",
    'For example: `codo run "Why is the sky blue?"`; `codo chat` is for talking.',
  );
}

import { OllamaError, sameModelName } from "@codo/ollama-core";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { type InstalledModels, installedModels } from "../../running/default-model.js";

/** The words of a command line, the model apart from the prompt. */
export interface PromptWords {
  model?: string;
  prompt: readonly string[];
  /** What the server has, where it had to be asked. */
  installed?: InstalledModels;
}

/** What may be a model's name: one word of the characters that names are made of. */
const NAME = /^[a-z0-9][\w./:@-]*$/i;
/** What is hardly anything else: `name:tag`. */
const TAGGED = /^[a-z0-9][\w./@-]*:[a-z0-9][\w.-]*$/i;
/** What models are often called, and few words are: small letters, a digit among them. */
const VERSIONED = /^[a-z][a-z./-]*\d[a-z\d./-]*$/;
/** What a model may be called, and a prompt of several words seldom begins with. */
const SMALL = /^[a-z][a-z./-]*$/;

/** A longer prompt is not shown again. */
const LONGEST_SHOWN = 60;

/**
 * Finds out whether the first word names the model, as in `ollama run llama3.2 "Why is the sky blue?"`.
 * @throws UsageError where it may be one and is none: it is not silently sent to another model
 */
export async function takeModelWord(context: CliContext, words: readonly string[]): Promise<PromptWords> {
  const [first = "", ...rest] = words;
  if (/\.gguf$/i.test(first)) return { model: first, prompt: rest };
  if (!NAME.test(first)) return { prompt: words };
  const installed = await installedModels(context).catch((error: unknown) => {
    // A server without a list may answer all the same, and without a server a mistyped option is reported first. A
    // silent one has taken the time that there was.
    const isSilent = OllamaError.is(error) && error.code.startsWith("TIMEOUT");
    if (context.signal.aborted || isSilent) throw error;
    return undefined;
  });
  const found = { ...(installed === undefined ? {} : { installed }) };
  const names = installed?.models.map(({ name }) => name) ?? [];
  const isInstalled = names.some((name) => sameModelName(name, first));
  if (isInstalled || TAGGED.test(first)) {
    if (rest.length > 1)
      context.terminal.note(`The first word names the model: ${first}. Quote a prompt to send it whole.`);
    return { ...found, model: first, prompt: rest };
  }
  const tagged = names.filter((name) => name.split(":")[0]?.toLowerCase() === first.toLowerCase());
  // `run mistral "Why?"`: one small word and one text. A sentence that is not quoted has more words, or one alone.
  const isPair = installed !== undefined && rest.length === 1 && SMALL.test(first);
  const isLikely = isPair || (VERSIONED.test(first) && rest.length > 0);
  if (tagged.length > 0 || isLikely) throw looksLikeModel(first, rest, tagged);
  return { ...found, prompt: words };
}

function looksLikeModel(word: string, rest: readonly string[], tagged: readonly string[]): UsageError {
  const instead = tagged.length === 0 ? `\`codo models pull ${word}\` gets it` : `take ${tagged.join(" or ")}`;
  const prompt = [word, ...rest].join(" ");
  const again = prompt.length > LONGEST_SHOWN ? `${word} …` : prompt.replaceAll('"', '\\"');
  return new UsageError(
    `"${word}" may be a model's name, and no model of that name is installed.`,
    `If it is one, ${instead}; if it belongs to the prompt, quote the whole: \`codo run "${again}"\``,
  );
}

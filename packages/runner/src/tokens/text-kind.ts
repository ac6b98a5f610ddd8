import type { Countable } from "./token-estimator.js";

/** Kinds of text that tokenizers treat so differently that the count of one says little of another. */
export type TextKind = "prose" | "accented" | "code" | "digits" | "script";

/** UTF-8 bytes in a token before a model has answered, on the low side: a prompt that is taken for longer is only asked for. */
export const USUAL_BYTES_PER_TOKEN: Readonly<Record<TextKind, number>> = {
  prose: 3.6,
  accented: 2.8,
  code: 2.6,
  digits: 1.2,
  script: 2,
};

/** Characters that are looked at; the kind of a text shows early. */
const SAMPLE = 4096;

/** What kind of text an input mostly is. */
export function textKindOf(input: Countable): TextKind {
  const text = typeof input === "string" ? input : input.map(({ content }) => content).join("\n");
  const sample = text.length <= SAMPLE ? text : text.slice(0, SAMPLE / 2) + text.slice(-SAMPLE / 2);
  const share = (pattern: RegExp): number => (sample.match(pattern)?.length ?? 0) / Math.max(1, sample.length);
  if (share(/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/gu) > 0.1) return "script";
  if (share(/\d/g) > 0.25) return "digits";
  if (share(/[^\p{L}\p{N}\s]/gu) > 0.1) return "code";
  return share(/[^\p{ASCII}]/gu) > 0.005 ? "accented" : "prose";
}

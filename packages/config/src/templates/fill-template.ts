import { OllamaError } from "@codo/ollama-contract";
import type { RunSettings } from "../schema/config-schema.js";
import { didYouMean } from "../schema/nearest-key.js";
import { GAP, INPUT, type PromptTemplate } from "./prompt-template.js";

/** What fills the gaps of a template. */
export interface TemplateValues {
  /** What the caller has to say; where the prompt has no `{{input}}` it comes after the prompt. */
  input?: string;
  variables?: Readonly<Record<string, string>>;
}

/** A template without gaps: what to run. */
export interface FilledTemplate {
  model?: string;
  system?: string;
  prompt: string;
  options: RunSettings;
}

/**
 * Fills the gaps of a template. What fills one is not looked through for gaps.
 * @throws OllamaError `INVALID_REQUEST` for a variable that is not known (`details.unknown`) or that no value was given
 * for (`details.missing`: its names)
 */
export function fillTemplate(template: PromptTemplate, { input, variables = {} }: TemplateValues = {}): FilledTemplate {
  const { name, model, system, options } = template;
  for (const given of Object.keys(variables)) {
    if (Object.hasOwn(template.variables, given)) continue;
    const known = Object.keys(template.variables);
    const nearest = didYouMean(given, known);
    const has = known.length === 0 ? "It has none." : `It has: ${known.join(", ")}.`;
    const advice = nearest === undefined ? has : `Did you mean "${nearest}"?`;
    const message = `The template "${name}" has no variable "${given}".`;
    throw new OllamaError("INVALID_REQUEST", message, { advice, details: { unknown: given } });
  }
  const defaults = Object.entries(template.variables).map(([key, variable]) => [key, variable.default] as const);
  const values: Readonly<Record<string, string | undefined>> = {
    ...Object.fromEntries(defaults),
    ...variables,
    [INPUT]: input === "" ? undefined : input,
  };
  const missing = new Set<string>();
  const filled = (text: string): string =>
    text.replace(GAP, (gap, backslash: string, key: string) => {
      if (backslash !== "") return gap.slice(1);
      const value = values[key];
      if (value === undefined) missing.add(key);
      return value ?? "";
    });
  const prompt = filled(template.prompt);
  const filledSystem = system === undefined ? undefined : filled(system);
  if (missing.size > 0) throw incomplete(name, [...missing]);
  const takesInput = [template.prompt, system ?? ""].some((text) => gapsOf(text).has(INPUT));
  return {
    ...(model === undefined ? {} : { model }),
    ...(filledSystem === undefined ? {} : { system: filledSystem }),
    prompt: takesInput || !input ? prompt : `${prompt}\n\n${input}`,
    options: structuredClone(options),
  };
}

function incomplete(name: string, missing: string[]): OllamaError {
  const names = missing.map((key) => (key === INPUT ? "a text to work on" : `"${key}"`)).join(" and ");
  return new OllamaError("INVALID_REQUEST", `The template "${name}" needs ${names}.`, { details: { missing } });
}

function gapsOf(text: string): Set<string> {
  return new Set([...text.matchAll(GAP)].flatMap(([, backslash, key = ""]) => (backslash === "" ? [key] : [])));
}

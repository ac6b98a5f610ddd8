import type { RunSettings } from "../schema/config-schema.js";

/** A value that a template leaves open. */
export interface TemplateVariable {
  /** What it is without a value of the caller; without one the caller has to give it. */
  default?: string;
  description?: string;
}

/** A prompt with gaps, and what to run it with: a file that `run`, `batch` and programs share. */
export interface PromptTemplate {
  name: string;
  /** The file that it was read from. */
  file: string;
  description?: string;
  model?: string;
  /** May have gaps too. */
  system?: string;
  /** The text with its gaps, `{{name}}`; `{{input}}` is what the caller has to say. */
  prompt: string;
  /** Options, keep-alive, thinking and timeout; `schema` of the file is `format` here. */
  options: RunSettings;
  variables: Readonly<Record<string, TemplateVariable>>;
}

/** What stands for the text that a caller gives to a template. */
export const INPUT = "input";

/** A gap of a template, or one with a backslash before it, which is no gap. */
export const GAP: RegExp = /(\\?)\{\{[ \t]*([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\}\}/gu;

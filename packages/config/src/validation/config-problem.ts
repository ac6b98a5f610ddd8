import type { TextPosition } from "../storage/jsonc-document.js";

/** Something wrong, or surprising, in a configuration. */
export interface ConfigProblem extends Partial<TextPosition> {
  /** The setting, such as `options.temperature`, or the variable. */
  path: string;
  message: string;
  /** The nearest valid key, for an unknown one. */
  suggestion?: string;
  /** The file that it stands in. */
  file?: string;
}

/** What validation found. Warnings are about what works but may surprise. */
export interface ConfigValidation {
  valid: boolean;
  errors: ConfigProblem[];
  warnings: ConfigProblem[];
}

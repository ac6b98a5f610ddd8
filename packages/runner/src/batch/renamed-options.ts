import { normalizeExecutionOptions, type PartialExecutionOptions } from "@codo/ollama-contract";

/**
 * A warning for each option that has its wire name. A batch brings its options to one spelling, for the keys of its
 * journal, so that their sender cannot see how they were written.
 */
export function renamedOptions(options: PartialExecutionOptions): string[] {
  const wireNamed = Object.keys(options).filter((name) => name.includes("_"));
  return wireNamed.flatMap((name) => normalizeExecutionOptions({ [name]: null }).warnings.slice(0, 1));
}

import { EXECUTION_OPTION_DEFAULTS, type ExecutionOptions, type PartialExecutionOptions } from "./execution-options.js";
import { normalizeExecutionOptions } from "./wire-options.js";

/** Complete options: the specification's defaults with `partial` over them. `null` takes a default off. */
export function createExecutionOptions(partial: PartialExecutionOptions = {}): ExecutionOptions {
  return resolveExecutionOptions(EXECUTION_OPTION_DEFAULTS, partial) as ExecutionOptions;
}

/** Merges layers of options, low to high: a later value wins, `undefined` says nothing, `null` takes a value off. */
export function resolveExecutionOptions(
  ...layers: (PartialExecutionOptions | null | undefined)[]
): PartialExecutionOptions {
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(normalizeExecutionOptions(layer ?? {}).options)) {
      if (value === null) delete merged[key];
      else if (value !== undefined) merged[key] = value;
    }
  }
  return merged as PartialExecutionOptions;
}

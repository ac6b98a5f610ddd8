import type { ModelExecutionResult } from "@codo/ollama-contract";

/** Adds to what a person should know of a result. */
export function addWarning({ metadata }: ModelExecutionResult, message: string): void {
  const { warnings } = metadata;
  metadata.warnings = [...(Array.isArray(warnings) ? (warnings as unknown[]) : []), message];
}

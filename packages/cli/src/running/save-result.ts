import { type ModelExecutionResult, OllamaError } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";

/** How a result is kept. */
export interface KeepOptions {
  /** Whether the command line wants it kept. */
  isWanted: boolean;
  tags?: string[];
}

/**
 * Keeps a result where the configuration says so, and returns whether it is kept. A store that fails is reported, and does
 * not spoil the answer; the exit status says so too.
 */
export async function keepResult(
  context: CliContext,
  result: ModelExecutionResult,
  { isWanted, tags = [] }: KeepOptions,
): Promise<boolean> {
  const { saveOutputs } = (await context.config()).config;
  if (!isWanted || saveOutputs === false) return false;
  try {
    await (await context.outputs()).saveExecutionResult(result, tags.length > 0 ? { tags } : {});
    return true;
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    context.reportNotKept("result", error);
    return false;
  }
}

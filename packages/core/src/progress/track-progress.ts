import { type Clock, systemClock } from "@codo/ollama-contract";
import type { ProgressResponse } from "../wire/model-management.js";
import { type Progress, ProgressTracker } from "./progress-tracker.js";

/**
 * Progress over the lines of a pull, a push or a create: it never goes backwards, and has a rate and the time left.
 * Leaving early leaves the stream, so that the server stops. Errors of the stream come through as they are.
 */
export async function* trackProgress(
  stream: AsyncIterable<ProgressResponse>,
  { clock = systemClock }: { clock?: Clock } = {},
): AsyncGenerator<Progress, void, undefined> {
  const tracker = new ProgressTracker(clock);
  for await (const line of stream) yield tracker.update(line);
}

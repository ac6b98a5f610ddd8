import { useEffect } from "preact/hooks";
import type { PullState } from "../../src/index.js";
import { useEvents } from "../shell/use-events.ts";
import { bytesInWords, secondsInWords } from "../text/sizes.ts";

/** The downloads, as the server tells of them: also those of another tab, or from before a reload. */
export function PullList({ onDone, onCancel }: { onDone(): void; onCancel(model: string): void }) {
  const pulls = useEvents<PullState[]>("/api/pulls/events") ?? [];
  const done = pulls.filter(({ state }) => state === "done").length;
  useEffect(() => {
    if (done > 0) onDone();
  }, [done]);
  return (
    <>
      {pulls.map((pull) => (
        <section key={pull.model} class="pull" aria-label={`Download of ${pull.model}`}>
          <div class="actions">
            <bdi>{pull.model}</bdi>
            {pull.state === "running" && (
              <button type="button" onClick={() => onCancel(pull.model)}>
                Cancel
              </button>
            )}
          </div>
          {pull.state === "running" && (
            <progress aria-label={`Download of ${pull.model}`} max={pull.totalBytes || 1} value={pull.completedBytes} />
          )}
          <small>{wordsOf(pull)}</small>
          {pull.error !== undefined && <p role="alert">{pull.error}</p>}
        </section>
      ))}
    </>
  );
}

function wordsOf({ state, status, completedBytes, totalBytes, bytesPerSecond, etaSeconds }: PullState): string {
  if (state !== "running") return { done: "downloaded", failed: "failed", cancelled: "cancelled" }[state];
  const parts = [status];
  if (totalBytes > 0) parts.push(`${bytesInWords(completedBytes)} of ${bytesInWords(totalBytes)}`);
  if (bytesPerSecond !== undefined) parts.push(`${bytesInWords(bytesPerSecond)}/s`);
  if (etaSeconds !== undefined) parts.push(`${secondsInWords(etaSeconds)} left`);
  return parts.join(" · ");
}

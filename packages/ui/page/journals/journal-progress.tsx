import type { JournalProgress, RetryState } from "../../src/index.js";
import { secondsInWords } from "../text/sizes.ts";

const STATES = { running: "running", done: "all items finished", stopped: "not running" };

/** How far a batch is, as its journal grows. */
export function ProgressLine({ progress }: { progress: JournalProgress }) {
  const { model, finished, failed, total, perMinute, etaSeconds, state, retry } = progress;
  const facts = [
    `${finished.toLocaleString()}${total === undefined ? "" : ` of ${total.toLocaleString()}`} finished`,
    `${failed.toLocaleString()} of them failed`,
    ...(perMinute === undefined ? [] : [`${perMinute.toFixed(perMinute < 100 ? 1 : 0)} a minute`]),
    ...(etaSeconds === undefined || state !== "running" ? [] : [`${secondsInWords(etaSeconds)} left`]),
    STATES[state],
  ];
  return (
    <>
      <p role="status">
        <bdi>{model}</bdi>
        {`: ${facts.join(", ")}`}
      </p>
      {total !== undefined && <progress aria-label="Finished items" max={total || 1} value={finished} />}
      {retry !== undefined && <RetryLine retry={retry} />}
    </>
  );
}

function RetryLine({ retry: { state, succeeded, failed, notRetried, error } }: { retry: RetryState }) {
  if (error !== undefined) return <p role="alert">{error}</p>;
  return (
    <>
      <p role="status">{`Retry ${state}: ${succeeded} succeeded, ${failed} failed`}</p>
      {notRetried > 0 && (
        <p role="alert">
          {`What was sent for ${notRetried} failures is not in the journal. Run the batch again with --retry-errors.`}
        </p>
      )}
    </>
  );
}

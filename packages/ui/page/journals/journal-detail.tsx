import { useEffect } from "preact/hooks";
import type { JournalItem, JournalSummary } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { saveFile } from "../shell/request.ts";
import { useLoaded } from "../shell/use-loaded.ts";

const LOOK_EVERY_MS = 3000;
const STILL_RUNS_MS = 60_000;

/** What a batch came to so far; while it grows it is read again. */
export function JournalDetail({ name }: { name: string }) {
  const path = `/api/journals/${encodeURIComponent(name)}`;
  const { value, error, refresh, act } = useLoaded<JournalSummary>(path);
  const isGrowing = Date.now() - Date.parse(value?.finishedAt ?? "") < STILL_RUNS_MS;
  useEffect(() => {
    if (!isGrowing) return;
    const timer = setInterval(refresh, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isGrowing]);
  return (
    <article class="pane" aria-label="Batch" aria-busy={value === undefined && error === undefined}>
      <div class="actions">
        {["csv", "jsonl"].map((format) => (
          <button type="button" key={format} onClick={() => act(() => saveFile(`${path}/${format}`, {}))}>
            {`Download ${format.toUpperCase()}`}
          </button>
        ))}
        <button type="button" onClick={() => changeAddress("batches", { name: "" })}>
          Close
        </button>
      </div>
      {error !== undefined && <p role="alert">{error}</p>}
      {value !== undefined && (
        <>
          <p role="status">
            <bdi>{value.model}</bdi>
            {`: ${value.finished.toLocaleString()} finished, ${value.failed.toLocaleString()} of them failed`}
            {value.perMinute !== undefined && `, ${value.perMinute.toFixed(1)} a minute`}
            {isGrowing && ", still running"}
          </p>
          {value.failures.map(({ reason, count, items }) => (
            <details key={reason}>
              <summary>
                {`${count} × `}
                <bdi>{reason}</bdi>
              </summary>
              <ItemTable items={items} caption="Failed items" />
            </details>
          ))}
          <ItemTable items={value.items} caption="Last items" />
        </>
      )}
    </article>
  );
}

function ItemTable({ items, caption }: { items: readonly JournalItem[]; caption: string }) {
  return (
    <div class="wide">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {["item", "prompt", "answer", "tokens", "seconds"].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => (
            <tr key={`${at} ${item.key}`}>
              <td>{item.index + 1}</td>
              <td>
                <bdi>{item.prompt}</bdi>
              </td>
              <td>
                <bdi>{item.success ? item.response : (item.error ?? "failed")}</bdi>
              </td>
              <td>{item.tokens}</td>
              <td>{item.seconds?.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

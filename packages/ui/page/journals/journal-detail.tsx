import { useEffect, useRef } from "preact/hooks";
import type { JournalProgress, JournalSummary } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { request, saveFile } from "../shell/request.ts";
import { useEvents } from "../shell/use-events.ts";
import { useLoaded } from "../shell/use-loaded.ts";
import { ColumnChoice } from "./column-choice.tsx";
import { chosenColumns, columnsOf, ItemTable } from "./item-table.tsx";
import { ProgressLine } from "./journal-progress.tsx";

const ITEMS = 100;
/** Progress comes twice a second; the items are asked for less often. */
const ITEMS_EVERY_MS = 2000;

/** What a batch came to so far, live while any process writes its journal. */
export function JournalDetail({ name, state }: { name: string; state: URLSearchParams }) {
  const path = `/api/journals/${encodeURIComponent(name)}`;
  const skip = Number(state.get("skip") ?? 0);
  const { value, error, refresh, act } = useLoaded<JournalSummary>(`${path}?limit=${ITEMS}&skip=${skip}`);
  const live = useEvents<JournalProgress>(`${path}/events`);
  useRefreshWhenChanged(live, refresh);
  const progress = live ?? value;
  const columns = chosenColumns(state);
  const goTo = (to: number): void => changeAddress("batches", { skip: to > 0 ? `${to}` : "" }, true);
  const isRetrying = progress?.retry?.state === "running";
  return (
    <article class="pane" aria-label="Batch" aria-busy={value === undefined && error === undefined}>
      <div class="actions">
        {(progress?.failed ?? 0) > 0 && !isRetrying && (
          <button
            type="button"
            disabled={progress?.state === "running"}
            onClick={() => act(() => request(`${path}/retry`, "POST"))}
          >
            Retry the failures
          </button>
        )}
        {isRetrying && (
          <button type="button" onClick={() => act(() => request(`${path}/retry`, "DELETE"))}>
            Stop the retry
          </button>
        )}
        {["csv", "jsonl"].map((format) => (
          <button type="button" key={format} onClick={() => act(() => saveFile(`${path}/${format}`, {}))}>
            {`Download ${format.toUpperCase()}`}
          </button>
        ))}
        <button type="button" onClick={() => changeAddress("batches", { name: "", skip: "" })}>
          Close
        </button>
      </div>
      {error !== undefined && <p role="alert">{error}</p>}
      {progress !== undefined && <ProgressLine progress={progress} />}
      {value !== undefined && (
        <>
          {value.failures.map(({ reason, count, items }) => (
            <details key={reason}>
              <summary>
                {`${count} × `}
                <bdi>{reason}</bdi>
              </summary>
              <ItemTable items={items} caption="Failed items" columns={columns} />
            </details>
          ))}
          <ColumnChoice columns={columnsOf(value.items)} chosen={columns} />
          <ItemTable items={value.items} caption="Items, the newest first" columns={columns} />
          <div class="actions">
            {skip > 0 && (
              <button type="button" onClick={() => goTo(skip - ITEMS)}>
                Newer items
              </button>
            )}
            {skip + ITEMS < value.lines && (
              <button type="button" onClick={() => goTo(skip + ITEMS)}>
                Older items
              </button>
            )}
          </div>
        </>
      )}
    </article>
  );
}

/** Asks again some time after the first change that is not shown yet. */
function useRefreshWhenChanged(live: JournalProgress | undefined, refresh: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const shown = useRef<JournalProgress>();
  useEffect(() => {
    if (live === undefined) return;
    // The first is as old as the items that were just asked for.
    const isChanged = shown.current !== undefined;
    shown.current = live;
    if (!isChanged || timer.current !== undefined) return;
    const ask = (): void => {
      timer.current = undefined;
      refresh();
    };
    timer.current = setTimeout(ask, live.state === "running" ? ITEMS_EVERY_MS : 0);
  }, [live]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

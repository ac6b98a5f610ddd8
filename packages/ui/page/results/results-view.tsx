import { useState } from "preact/hooks";
import { changeAddress } from "../shell/address.ts";
import { loadLater } from "../shell/load-later.tsx";
import { request, saveFile } from "../shell/request.ts";
import { FILTERS, ResultFilters } from "./result-filters.tsx";
import { ResultRows } from "./result-list.tsx";
import { useResults } from "./use-results.ts";

// What lays answers out is larger than the list.
const ResultDetail = loadLater(async () => (await import("./result-detail.tsx")).ResultDetail);

const set = (changes: Record<string, string>, isNew = false): void => changeAddress("results", changes, isNew);

/** Everything that the store holds. */
export function ResultsView({ state }: { state: URLSearchParams }) {
  const query = new URLSearchParams(
    FILTERS.flatMap((name) => (state.get(name) ? [[name, state.get(name) ?? ""]] : [])),
  );
  const { list, error, isLoading, more, hide, refresh } = useResults(query.toString());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deleted, setDeleted] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string>();
  const id = state.get("id") ?? "";
  const attempt = (work: Promise<void>): void => void work.catch((cause: Error) => setProblem(cause.message));

  const choose = (one: string): void => {
    const next = new Set(chosen);
    if (!next.delete(one)) next.add(one);
    setChosen(next);
  };
  const remove = async (ids: readonly string[]): Promise<void> => {
    for (const one of ids) await request(`/api/results/${one}`, "DELETE");
    hide(new Set(ids));
    setDeleted(ids);
    setChosen(new Set());
    if (ids.includes(id)) set({ id: "" });
  };
  const undo = async (): Promise<void> => {
    for (const one of deleted) await request(`/api/results/${one}/restore`, "POST");
    setDeleted([]);
    refresh();
  };

  return (
    <div class={id === "" ? "results" : "results with-detail"}>
      <section class="pane" aria-label="Saved results" aria-busy={isLoading && list.items.length === 0}>
        <ResultFilters state={state} />
        {(problem ?? error) !== undefined && <p role="alert">{problem ?? error}</p>}
        <div class="actions" role="status">
          {list.total !== undefined && <span>{list.total.toLocaleString()} found</span>}
          {chosen.size > 0 && (
            <>
              <span>{chosen.size} chosen</span>
              <button type="button" onClick={() => attempt(saveFile("/api/export", { ids: [...chosen] }))}>
                Export chosen
              </button>
              <button type="button" onClick={() => attempt(remove([...chosen]))}>
                Delete chosen
              </button>
              <button type="button" onClick={() => setChosen(new Set())}>
                Choose none
              </button>
            </>
          )}
          {deleted.length > 0 && (
            <>
              <span>{deleted.length === 1 ? "Deleted." : `${deleted.length} deleted.`}</span>
              <button type="button" onClick={() => attempt(undo())}>
                Undo
              </button>
            </>
          )}
        </div>
        {list.items.length === 0 && !isLoading && error === undefined && <p>Nothing is saved that fits.</p>}
        <ResultRows
          items={list.items}
          openId={id}
          chosen={chosen}
          hasMore={list.nextCursor !== undefined}
          onOpen={(one) => set({ id: one }, true)}
          onChoose={choose}
          onEnd={more}
        />
      </section>
      {id !== "" && <ResultDetail key={id} id={id} onDelete={() => attempt(remove([id]))} onChange={refresh} />}
    </div>
  );
}

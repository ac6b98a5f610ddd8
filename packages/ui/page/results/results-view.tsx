import { useState } from "preact/hooks";
import { changeAddress } from "../shell/address.ts";
import { loadLater } from "../shell/load-later.tsx";
import { request, saveFile } from "../shell/request.ts";
import { changeTags, type TagChange, takingBack } from "./change-tags.ts";
import { FILTERS, ResultFilters } from "./result-filters.tsx";
import { ResultRows } from "./result-list.tsx";
import { TagForm } from "./tag-form.tsx";
import { useResults } from "./use-results.ts";

// What lays answers out is larger than the list.
const ResultDetail = loadLater(async () => (await import("./result-detail.tsx")).ResultDetail);

const set = (changes: Record<string, string>, isNew = false): void => changeAddress("results", changes, isNew);

/** What was just done, and what takes it back. */
interface Undoable {
  words: string;
  undo(): Promise<void>;
}

/** Everything that the store holds. */
export function ResultsView({ state }: { state: URLSearchParams }) {
  const query = new URLSearchParams(
    FILTERS.flatMap((name) => (state.get(name) ? [[name, state.get(name) ?? ""]] : [])),
  );
  const { list, error, isLoading, more, hide, refresh } = useResults(query.toString());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState<Undoable>();
  const [round, setRound] = useState(0);
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
    setDone({ words: ids.length === 1 ? "Deleted." : `${ids.length} deleted.`, undo: () => restore(ids) });
    setChosen(new Set());
    if (ids.includes(id)) set({ id: "" });
  };
  const restore = async (ids: readonly string[]): Promise<void> => {
    for (const one of ids) await request(`/api/results/${one}/restore`, "POST");
  };
  const tag = async (changes: readonly TagChange[]): Promise<void> => {
    const changed = await changeTags(changes);
    const words = changed.length === 1 ? "Tags changed." : `Tags of ${changed.length} changed.`;
    setDone({ words, undo: async () => void (await changeTags(takingBack(changed))) });
    refresh();
    setRound(round + 1);
  };
  const undo = async ({ undo: takeBack }: Undoable): Promise<void> => {
    await takeBack();
    setDone(undefined);
    refresh();
    setRound(round + 1);
  };
  const ofChosen = (change: Omit<TagChange, "id">): void =>
    attempt(tag([...chosen].map((one) => ({ id: one, ...change }))));

  return (
    <div class={id === "" ? "results" : "results with-detail"}>
      <section class="pane" aria-label="Saved results" aria-busy={isLoading && list.items.length === 0}>
        <ResultFilters state={state} hasList={!isLoading || list.items.length > 0} />
        {(problem ?? error) !== undefined && <p role="alert">{problem ?? error}</p>}
        <div class="actions" role="status">
          <span>{list.total === undefined ? "Newest first" : `${list.total.toLocaleString()} found`}</span>
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
          {done !== undefined && (
            <>
              <span>{done.words}</span>
              <button type="button" onClick={() => attempt(undo(done))}>
                Undo
              </button>
            </>
          )}
        </div>
        {chosen.size > 0 && (
          <TagForm
            label="Tag of the chosen"
            onAdd={(one) => ofChosen({ add: [one] })}
            onRemove={(one) => ofChosen({ remove: [one] })}
          />
        )}
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
      {id !== "" && (
        <ResultDetail
          key={id}
          id={id}
          round={round}
          onDelete={() => attempt(remove([id]))}
          onChange={refresh}
          onTag={(change) => attempt(tag([{ id, ...change }]))}
        />
      )}
    </div>
  );
}

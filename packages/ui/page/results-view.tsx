import type { OutputEntry } from "@codo/ollama-output";
import { useEffect, useState } from "preact/hooks";
import type { ResultList } from "../src/index.js";
import { changeAddress } from "./address.ts";
import { request } from "./request.ts";
import { ResultDetail } from "./result-detail.tsx";

const FILTERS = ["q", "model", "kind", "tag", "success"];
const set = (changes: Record<string, string>, isNew = false): void => changeAddress("results", changes, isNew);

/** Everything that the store holds. */
export function ResultsView({ state }: { state: URLSearchParams }) {
  const query = new URLSearchParams(
    FILTERS.flatMap((name) => (state.get(name) ? [[name, state.get(name) ?? ""]] : [])),
  );
  const { list, error, more, hide, show } = useResults(query.toString());
  const [deleted, setDeleted] = useState<OutputEntry>();
  const id = state.get("id") ?? "";

  const remove = async (item: OutputEntry): Promise<void> => {
    await request(`/api/results/${item.id}`, "DELETE");
    hide(item.id);
    setDeleted(item);
    set({ id: "" });
  };
  const undo = async (): Promise<void> => {
    if (deleted === undefined) return;
    await request(`/api/results/${deleted.id}/restore`, "POST");
    setDeleted(undefined);
    show();
  };

  return (
    <div class={id === "" ? "results" : "results with-detail"}>
      <section aria-label="Saved results">
        <Filters state={state} />
        {error !== undefined && <p role="alert">{error}</p>}
        {deleted !== undefined && (
          <p role="status">
            Deleted.{" "}
            <button type="button" onClick={() => void undo()}>
              Undo
            </button>
          </p>
        )}
        {list.total !== undefined && <p role="status">{list.total} found</p>}
        {list.items.length === 0 && error === undefined && <p>Nothing is saved that fits.</p>}
        <ul class="list">
          {list.items.map((item) => (
            <li key={item.id}>
              <button type="button" aria-current={item.id === id} onClick={() => set({ id: item.id }, true)}>
                <bdi class="prompt">{item.promptPreview || item.kind}</bdi>
                <bdi class="preview">{item.responsePreview}</bdi>
                <small>
                  {item.pinned && "pinned · "}
                  {!item.success && "failed · "}
                  <bdi>{item.modelName ?? item.models?.join(", ")}</bdi> · {new Date(item.createdAt).toLocaleString()}
                  {item.tags.map((tag) => (
                    <bdi key={tag} class="tag">
                      {tag}
                    </bdi>
                  ))}
                </small>
              </button>
            </li>
          ))}
        </ul>
        {list.nextCursor !== undefined && (
          <button type="button" onClick={more}>
            More
          </button>
        )}
      </section>
      {id !== "" && <ResultDetail key={id} id={id} onDelete={(item) => void remove(item)} />}
    </div>
  );
}

function Filters({ state }: { state: URLSearchParams }) {
  const value = (name: string): string => state.get(name) ?? "";
  const text = (name: string, label: string, type = "text") => (
    <input
      type={type}
      aria-label={label}
      placeholder={label}
      value={value(name)}
      onInput={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  const choice = (name: string, label: string, choices: Record<string, string>) => (
    <select aria-label={label} value={value(name)} onChange={(event) => set({ [name]: event.currentTarget.value })}>
      <option value="">{label}: all</option>
      {Object.entries(choices).map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  );
  return (
    <search class="filters">
      {text("q", "Search prompts and answers", "search")}
      {text("model", "Model")}
      {text("tag", "Tag")}
      {choice("kind", "Kind", { result: "result", output: "output", batch: "batch", benchmark: "benchmark" })}
      {choice("success", "Outcome", { true: "succeeded", false: "failed" })}
    </search>
  );
}

/** The list for a query, and more of it. An answer to an older query is dropped. */
function useResults(query: string) {
  const [list, setList] = useState<ResultList>({ items: [] });
  const [error, setError] = useState<string>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    request<ResultList>(`/api/results?${query}`).then(
      (found) => {
        if (!isCurrent) return;
        setList(found);
        setError(undefined);
      },
      (cause: Error) => isCurrent && setError(cause.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [query, round]);
  const more = (): void => {
    const address = `/api/results?${new URLSearchParams([...new URLSearchParams(query), ["cursor", list.nextCursor ?? ""]])}`;
    request<ResultList>(address).then(
      (page) => setList({ ...page, items: [...list.items, ...page.items] }),
      (cause: Error) => setError(cause.message),
    );
  };
  const hide = (id: string): void => setList({ ...list, items: list.items.filter((item) => item.id !== id) });
  return { list, error, more, hide, show: () => setRound(round + 1) };
}

import type { SavedOutput } from "@codo/ollama-output";
import { useEffect, useState } from "preact/hooks";
import { changeAddress } from "../shell/address.ts";
import { request, saveFile } from "../shell/request.ts";
import { Markdown } from "../text/markdown.tsx";
import { ResultFacts } from "./result-facts.tsx";
import { ToolCalls } from "./tool-calls.tsx";

/** One result, whole. */
export function ResultDetail({ id, onDelete, onChange }: { id: string; onDelete(): void; onChange(): void }) {
  const [item, setItem] = useState<SavedOutput>();
  const [error, setError] = useState<string>();
  const attempt = (work: Promise<void>): void => void work.catch((cause: Error) => setError(cause.message));
  useEffect(() => {
    attempt(request<SavedOutput>(`/api/results/${encodeURIComponent(id)}`).then(setItem));
  }, [id]);
  const pin = async (): Promise<void> => {
    if (item === undefined) return;
    const { pinned } = await request<{ pinned: boolean }>(`/api/results/${item.id}`, "PATCH", { pinned: !item.pinned });
    setItem({ ...item, pinned });
    onChange();
  };
  return (
    <article class="pane" aria-label="Result" aria-busy={item === undefined && error === undefined}>
      <div class="actions">
        {item !== undefined && (
          <>
            <button type="button" aria-pressed={item.pinned} onClick={() => attempt(pin())}>
              {item.pinned ? "Pinned" : "Pin"}
            </button>
            {item.prompt !== undefined && (
              <button type="button" onClick={() => runAgain(item)}>
                Run again
              </button>
            )}
            <button type="button" onClick={() => attempt(saveFile("/api/export", { ids: [item.id] }))}>
              Export
            </button>
            <button type="button" onClick={onDelete}>
              Delete
            </button>
          </>
        )}
        <button type="button" onClick={() => changeAddress("results", { id: "" })}>
          Close
        </button>
      </div>
      {error !== undefined && <p role="alert">{error}</p>}
      {item !== undefined && <Content item={item} />}
    </article>
  );
}

/** In the playground everything can be changed before it runs, and the old answer stands beside the new ones. */
function runAgain({ id, modelName = "", prompt = "", result }: SavedOutput): void {
  const options = JSON.stringify(result?.metadata.options ?? {});
  changeAddress(
    "playground",
    { model: modelName, prompt, options: options === "{}" ? "" : options, beside: id, runs: "" },
    true,
  );
}

function Content({ item }: { item: SavedOutput }) {
  const { result } = item;
  const answer = item.response ?? item.responsePreview;
  return (
    <>
      <h2>Prompt</h2>
      <pre class="prompt-text" dir="auto">
        {item.prompt ?? item.promptPreview}
      </pre>
      <h2>Answer</h2>
      {result?.metadata.thinking && (
        <details>
          <summary>Thinking</summary>
          <pre dir="auto">{result.metadata.thinking}</pre>
        </details>
      )}
      {result?.errorMessage && <p role="alert">{result.errorMessage}</p>}
      {answer !== "" && <Markdown text={answer} />}
      <ToolCalls calls={result?.metadata.toolCalls ?? []} />
      <ResultFacts item={item} />
    </>
  );
}

import type { OutputEntry, SavedOutput } from "@codo/ollama-output";
import { useEffect, useState } from "preact/hooks";
import { changeAddress } from "./address.ts";
import { Markdown } from "./markdown.tsx";
import { request } from "./request.ts";

/** One result, whole. */
export function ResultDetail({ id, onDelete }: { id: string; onDelete: (item: OutputEntry) => void }) {
  const [item, setItem] = useState<SavedOutput>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    request<SavedOutput>(`/api/results/${encodeURIComponent(id)}`).then(setItem, (cause: Error) =>
      setError(cause.message),
    );
  }, [id]);
  const close = (
    <button type="button" onClick={() => changeAddress("results", { id: "" })}>
      Close
    </button>
  );
  if (error !== undefined)
    return (
      <article aria-label="Result">
        <p role="alert">{error}</p>
        {close}
      </article>
    );
  if (item === undefined) return <article aria-label="Result" aria-busy="true" />;

  const pin = async (): Promise<void> => {
    const { pinned } = await request<{ pinned: boolean }>(`/api/results/${item.id}`, "PATCH", { pinned: !item.pinned });
    setItem({ ...item, pinned });
  };
  const again = (): void =>
    changeAddress("playground", { model: item.modelName ?? "", prompt: item.prompt ?? "" }, true);
  const metadata = item.result?.metadata ?? item.metadata;
  return (
    <article aria-label="Result">
      <div class="actions">
        <button type="button" aria-pressed={item.pinned} onClick={() => void pin()}>
          Pin
        </button>
        {item.prompt !== undefined && (
          <button type="button" onClick={again}>
            Run again
          </button>
        )}
        <a href={`/api/export?id=${item.id}`} download>
          Export
        </a>
        <button type="button" onClick={() => onDelete(item)}>
          Delete
        </button>
        {close}
      </div>
      <h2>Prompt</h2>
      <pre class="prompt-text" dir="auto">
        {item.prompt ?? item.promptPreview}
      </pre>
      <h2>Answer</h2>
      {item.result?.metadata.thinking && (
        <details>
          <summary>Thinking</summary>
          <pre dir="auto">{item.result.metadata.thinking}</pre>
        </details>
      )}
      {item.result?.errorMessage && <p role="alert">{item.result.errorMessage}</p>}
      <Markdown text={item.response ?? item.responsePreview} />
      {item.result?.metadata.toolCalls?.map((call, at) => (
        <pre key={`${at}`} class="tool-call">
          {JSON.stringify(call, null, 2)}
        </pre>
      ))}
      <details>
        <summary>Options and timings</summary>
        <pre>{JSON.stringify(metadata ?? item.results ?? item.report ?? item.config, null, 2)}</pre>
      </details>
    </article>
  );
}

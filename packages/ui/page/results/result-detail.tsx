import { useEffect, useState } from "preact/hooks";
import type { ResultDescription } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { request, saveFile } from "../shell/request.ts";
import { timeInWords } from "../text/times.ts";
import { Answer } from "./answer.tsx";
import type { TagChange } from "./change-tags.ts";
import { ResultFacts } from "./result-facts.tsx";
import { ResultImages } from "./result-images.tsx";
import { TagForm } from "./tag-form.tsx";

interface ResultDetailProps {
  id: string;
  /** Another number: it was changed, and is asked for again. */
  round: number;
  onDelete(): void;
  onChange(): void;
  onTag(change: Omit<TagChange, "id">): void;
}

/** One result, whole. */
export function ResultDetail({ id, round, onDelete, onChange, onTag }: ResultDetailProps) {
  const [item, setItem] = useState<ResultDescription>();
  const [error, setError] = useState<string>();
  const attempt = (work: Promise<void>): void => void work.catch((cause: Error) => setError(cause.message));
  useEffect(() => {
    attempt(request<ResultDescription>(`/api/results/${encodeURIComponent(id)}`).then(setItem));
  }, [id, round]);
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
      {item !== undefined && (
        <>
          <div class="actions tags">
            {item.tags.map((tag) => (
              <button
                type="button"
                key={tag}
                class="tag"
                aria-label={`Remove the tag ${tag}`}
                onClick={() => onTag({ remove: [tag] })}
              >
                <bdi>{tag}</bdi> ×
              </button>
            ))}
            <TagForm label="New tag" onAdd={(tag) => onTag({ add: [tag] })} />
          </div>
          <small class="from">
            <bdi>{item.modelName ?? item.models?.join(", ") ?? item.kind}</bdi> · {timeInWords(item.createdAt)}
          </small>
          <Content item={item} />
        </>
      )}
    </article>
  );
}

/** In the playground everything can be changed before it runs, and the old answer stands beside the new ones. */
function runAgain({ id, modelName = "", prompt = "", result }: ResultDescription): void {
  const options = JSON.stringify(result?.metadata.options ?? {});
  const messages = (result?.metadata.messages ?? []) as { role?: string; content?: string }[];
  const system = messages.find(({ role }) => role === "system")?.content ?? "";
  changeAddress(
    "playground",
    { model: modelName, prompt, system, options: options === "{}" ? "" : options, beside: id, runs: "" },
    true,
  );
}

function Content({ item }: { item: ResultDescription }) {
  const { result } = item;
  const answer = item.response ?? item.responsePreview;
  return (
    <>
      <h2>Prompt</h2>
      <pre class="prompt-text" dir="auto">
        {item.prompt ?? item.promptPreview}
      </pre>
      <ResultImages id={item.id} count={item.imageCount} />
      <h2>Answer</h2>
      {result?.errorMessage && <p role="alert">{result.errorMessage}</p>}
      <Answer text={answer} result={result} />
      <ResultFacts item={item} />
    </>
  );
}

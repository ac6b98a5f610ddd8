import { useEffect, useState } from "preact/hooks";
import type { ResultDescription } from "../../src/index.js";
import { Answer } from "../results/answer.tsx";
import { ResultFacts } from "../results/result-facts.tsx";
import { ResultImages } from "../results/result-images.tsx";
import { request } from "../shell/request.ts";
import { ScrollArea } from "../text/scroll-area.tsx";
import { timeInWords } from "../text/times.ts";

/** An answer from the store, beside the new ones. */
export function SavedCard({ id, onLoad }: { id: string; onLoad(item: ResultDescription): void }) {
  const [item, setItem] = useState<ResultDescription>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    request<ResultDescription>(`/api/results/${encodeURIComponent(id)}`).then(
      (found) => {
        setItem(found);
        onLoad(found);
      },
      (cause: Error) => setError(cause.message),
    );
  }, [id]);
  return (
    <article aria-label="The saved answer">
      <div class="actions">
        <strong>
          <bdi>{item?.modelName ?? "…"}</bdi>
        </strong>
        <a href={`#results?id=${encodeURIComponent(id)}`}>saved</a>
      </div>
      <small class="figures">{item !== undefined && timeInWords(item.createdAt)}</small>
      <ScrollArea>{item !== undefined && <Answer text={item.response ?? ""} result={item.result} />}</ScrollArea>
      {item !== undefined && <ResultImages id={id} count={item.imageCount} />}
      {item !== undefined && <ResultFacts item={item} isFolded />}
      {error !== undefined && <p role="alert">{error}</p>}
    </article>
  );
}

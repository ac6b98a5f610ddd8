import type { SavedOutput } from "@codo/ollama-output";
import { useEffect, useState } from "preact/hooks";
import { request } from "../shell/request.ts";
import { Markdown } from "../text/markdown.tsx";
import { ScrollArea } from "../text/scroll-area.tsx";

/** An answer from the store, beside the new ones. */
export function SavedCard({ id, onText }: { id: string; onText(text: string): void }) {
  const [item, setItem] = useState<SavedOutput>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    request<SavedOutput>(`/api/results/${encodeURIComponent(id)}`).then(
      (found) => {
        setItem(found);
        onText(found.response ?? "");
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
      <small class="figures">{item !== undefined && new Date(item.createdAt).toLocaleString()}</small>
      <ScrollArea>{item !== undefined && <Markdown text={item.response ?? ""} />}</ScrollArea>
      {error !== undefined && <p role="alert">{error}</p>}
    </article>
  );
}

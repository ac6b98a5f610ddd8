import type { SavedOutput } from "@codo/ollama-output";
import { useEffect, useState } from "preact/hooks";
import { request } from "../shell/request.ts";
import { Markdown } from "../text/markdown.tsx";

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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: one scrolls in it with the keyboard. */}
      <section class="scroller" tabIndex={0} aria-label="Text">
        {item !== undefined && <Markdown text={item.response ?? ""} />}
      </section>
      {error !== undefined && <p role="alert">{error}</p>}
    </article>
  );
}

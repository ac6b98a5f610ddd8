import { useEffect, useRef } from "preact/hooks";
import { MarkedText } from "../text/marked-text.tsx";
import type { ListedResult } from "./use-results.ts";

/** What a list shows, and what can be done in it. */
export interface ResultListProps {
  items: readonly ListedResult[];
  openId: string;
  chosen: ReadonlySet<string>;
  hasMore: boolean;
  onOpen(id: string): void;
  onChoose(id: string): void;
  onEnd(): void;
}

/** The rows; the browser lays out those that are in sight, and more are loaded before the end comes into it. */
export function ResultRows({ items, openId, chosen, hasMore, onOpen, onChoose, onEnd }: ResultListProps) {
  const end = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onEnd(), { rootMargin: "600px" });
    observer.observe(element);
    return () => observer.disconnect();
  });
  return (
    <>
      <ul class="list">
        {items.map((item) => (
          <li key={item.id}>
            <input
              type="checkbox"
              aria-label={`Choose ${item.promptPreview || item.kind}`}
              checked={chosen.has(item.id)}
              onChange={() => onChoose(item.id)}
            />
            <button type="button" class="row" aria-current={item.id === openId} onClick={() => onOpen(item.id)}>
              <Preview item={item} field="prompt" />
              <Preview item={item} field="response" />
              <small>
                {item.pinned && "pinned · "}
                {!item.success && "failed · "}
                <bdi>{item.modelName ?? item.models?.join(", ") ?? item.kind}</bdi>
                {` · ${new Date(item.createdAt).toLocaleString()}`}
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
      {hasMore && (
        <button type="button" ref={end} onClick={onEnd}>
          More
        </button>
      )}
    </>
  );
}

function Preview({ item, field }: { item: ListedResult; field: "prompt" | "response" }) {
  const found = item.highlights?.find((highlight) => highlight.field === field);
  const plain = field === "prompt" ? item.promptPreview || item.kind : item.responsePreview;
  return (
    <bdi class={field === "prompt" ? "prompt" : "preview"}>
      {found === undefined ? plain : <MarkedText text={found.text} ranges={found.ranges} />}
    </bdi>
  );
}

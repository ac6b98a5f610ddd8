import { useEffect, useRef } from "preact/hooks";
import { MarkedText } from "../text/marked-text.tsx";
import { timeInWords } from "../text/times.ts";
import type { ListedResult } from "./use-results.ts";
import { useVisibleRows } from "./use-visible-rows.ts";

/** So many rows before the end of what is loaded, more is asked for. */
const ROWS_BEFORE_END = 100;

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

/** The rows in sight; more are loaded before the end comes into it. */
export function ResultRows({ items, openId, chosen, hasMore, onOpen, onChoose, onEnd }: ResultListProps) {
  const list = useRef<HTMLUListElement>(null);
  const { first, end, rowPx } = useVisibleRows(list, items.length);
  useEffect(() => {
    if (hasMore && end > items.length - ROWS_BEFORE_END) onEnd();
  }, [end, items, hasMore]);
  return (
    <ul ref={list} class="list long-list" style={{ height: items.length * rowPx || "auto", paddingTop: first * rowPx }}>
      {items.slice(first, end).map((item, at) => (
        <li key={item.id} aria-posinset={first + at + 1} aria-setsize={hasMore ? -1 : items.length}>
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
              {` · ${timeInWords(item.createdAt)}`}
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

import type { FoundOutput, OutputEntry } from "@codo/ollama-output";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ResultList } from "../../src/index.js";
import { onServerBack } from "../shell/connection.tsx";
import { request } from "../shell/request.ts";

/** A result in a list; one that was searched for says where the words are. */
export type ListedResult = OutputEntry & Partial<Pick<FoundOutput, "highlights">>;

/**
 * What `index.html` asks for while the code comes. The browser keeps that answer until it is asked for, and gives it also to
 * who comes to the list an hour later: by then it has to be asked for by another address.
 */
const FIRST_LIST = "/api/results";
const LATER_LIST = "/api/results?limit=50";

/** The first page is small so that it is there at once; one who scrolls gets more. */
const ROWS_AT_ONCE = "200";

function addressOf(query: string): string {
  if (query !== "") return `/api/results?${query}`;
  return document.readyState === "complete" ? LATER_LIST : FIRST_LIST;
}

/** A list as far as it was loaded. */
export interface Results {
  list: Omit<ResultList, "items"> & { items: ListedResult[] };
  error: string | undefined;
  isLoading: boolean;
  /** Loads the next page. */
  more(): void;
  hide(ids: ReadonlySet<string>): void;
  /** Asks again. */
  refresh(): void;
}

/** The list for a query, and more of it. An answer to an older query is dropped. */
export function useResults(query: string): Results {
  const [list, setList] = useState<Results["list"]>({ items: [] });
  const [error, setError] = useState<string>();
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  // Before the first picture: the list is what one waits for.
  useLayoutEffect(() => {
    let isCurrent = true;
    setLoading(true);
    // One request at a time. As one types, those in between are left out.
    last.current = last.current
      .then(() => (isCurrent ? request<Results["list"]>(addressOf(query)) : list))
      .then(
        (found) => {
          if (!isCurrent) return;
          setList(found);
          setError(undefined);
        },
        (cause: Error) => isCurrent && setError(cause.message),
      )
      .finally(() => isCurrent && setLoading(false));
    return () => {
      isCurrent = false;
    };
  }, [query, round]);
  const refresh = (): void => setRound((now) => now + 1);
  useEffect(() => onServerBack(refresh), []);
  const more = (): void => {
    if (isLoading || list.nextCursor === undefined) return;
    setLoading(true);
    const address = new URLSearchParams([
      ...new URLSearchParams(query),
      ["cursor", list.nextCursor],
      ["limit", ROWS_AT_ONCE],
    ]);
    request<Results["list"]>(`/api/results?${address}`)
      .then(
        (page) => setList((now) => (now === list ? { ...page, items: [...list.items, ...page.items] } : now)),
        (cause: Error) => setError(cause.message),
      )
      .finally(() => setLoading(false));
  };
  const hide = (ids: ReadonlySet<string>): void =>
    setList({ ...list, items: list.items.filter(({ id }) => !ids.has(id)) });
  return { list, error, isLoading, more, hide, refresh };
}

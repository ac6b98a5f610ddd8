import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { onServerBack } from "./connection.tsx";
import { request } from "./request.ts";

/** What an address of the server answers, and what went wrong. */
export interface Loaded<T> {
  value: T | undefined;
  error: string | undefined;
  /** Asks again. */
  refresh(): void;
  /** Does something, shows why it failed if it did, and asks again. */
  act(work: () => Promise<unknown>): void;
}

/** Asks the server when the view opens, and again after each change. */
export function useLoaded<T>(path: string): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<string>();
  const [round, setRound] = useState(0);
  // Before the first picture: the answer is what one waits for.
  useLayoutEffect(() => {
    let isCurrent = true;
    request<T>(path).then(
      (found) => {
        if (!isCurrent) return;
        setValue(found);
      },
      (cause: Error) => isCurrent && setError(cause.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [path, round]);
  const refresh = (): void => setRound((now) => now + 1);
  useEffect(
    () =>
      onServerBack(() => {
        setError(undefined);
        refresh();
      }),
    [],
  );
  const act = (work: () => Promise<unknown>): void => {
    setError(undefined);
    work()
      .catch((cause: Error) => setError(cause.message))
      .finally(refresh);
  };
  return { value, error, refresh, act };
}

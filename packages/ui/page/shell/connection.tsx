import { useEffect, useState } from "preact/hooks";

const LOOK_EVERY_MS = 1000;
const GONE = "server-gone";
const BACK = "server-back";

/** Says that a request or a stream had no answer. */
export function noteServerGone(): void {
  dispatchEvent(new Event(GONE));
}

/** Calls back when the server answers again. */
export function onServerBack(act: () => void): () => void {
  addEventListener(BACK, act);
  return () => removeEventListener(BACK, act);
}

/** Says while the server of this page is gone, and looks for it until it is back. */
export function ConnectionNote() {
  const [note, setNote] = useState<string>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const status = await fetch("/", { method: "HEAD" }).then(
        (response) => response.status,
        () => undefined,
      );
      const words = wordsOf(status);
      setNote(words);
      timer = words === undefined ? undefined : setTimeout(look, LOOK_EVERY_MS);
      if (words === undefined) dispatchEvent(new Event(BACK));
    };
    const begin = (): void => {
      timer ??= setTimeout(look);
    };
    addEventListener(GONE, begin);
    return () => {
      removeEventListener(GONE, begin);
      clearTimeout(timer);
    };
  }, []);
  if (note === undefined) return null;
  return (
    <p class="connection" role="alert">
      {note}
    </p>
  );
}

function wordsOf(status: number | undefined): string | undefined {
  if (status === undefined) return "The server of this page does not answer; looking for it. Does `codo ui` still run?";
  if (status !== 401) return undefined;
  return "The server was restarted. Open the address that `codo ui` printed, here or in another tab; this tab continues then.";
}

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { whenIdle } from "./when-idle.ts";

/**
 * A part of the page whose code is not needed for the first picture: it is fetched when the browser has nothing else to
 * do, or when it is shown.
 */
export function loadLater<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Part: ComponentType<P> | undefined;
  const keep = (found: ComponentType<P>): void => {
    Part = found;
  };
  // Where the server is gone by then, it is tried again when the part is shown.
  whenIdle(() => void load().then(keep, () => undefined));
  return function Later(props: P) {
    const [error, setError] = useState<string>();
    const [isLoaded, setLoaded] = useState(Part !== undefined);
    useEffect(() => {
      if (isLoaded) return;
      load()
        .then(keep)
        .then(() => setLoaded(true))
        .catch(() =>
          setError("This part of the page could not be loaded. Is `codo ui` still running? Reload the page."),
        );
    }, []);
    if (error !== undefined) return <p role="alert">{error}</p>;
    return Part === undefined ? <div aria-busy="true" /> : <Part {...props} />;
  };
}

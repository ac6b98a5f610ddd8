import { useEffect, useState } from "preact/hooks";

/** What the address says: the view, and its state. */
export interface Address {
  view: string;
  state: URLSearchParams;
}

function readAddress(): Address {
  const [view = "", state = ""] = location.hash.slice(1).split("?");
  return { view: view === "" ? "results" : view, state: new URLSearchParams(state) };
}

/** Changes the state in the address; an empty value is taken off, a list is written one by one. `isNew` makes an entry to go back from. */
export function changeAddress(view: string, changes: Record<string, string | readonly string[]>, isNew = false): void {
  const now = readAddress();
  const state = now.view === view ? now.state : new URLSearchParams();
  for (const [name, value] of Object.entries(changes)) {
    state.delete(name);
    for (const one of [value].flat()) if (one !== "") state.append(name, one);
  }
  const hash = `#${view}${state.size > 0 ? `?${state}` : ""}`;
  if (isNew) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The address, as it changes. */
export function useAddress(): Address {
  const [address, setAddress] = useState(readAddress);
  useEffect(() => {
    const update = (): void => setAddress(readAddress());
    addEventListener("hashchange", update);
    addEventListener("popstate", update);
    return () => {
      removeEventListener("hashchange", update);
      removeEventListener("popstate", update);
    };
  }, []);
  return address;
}

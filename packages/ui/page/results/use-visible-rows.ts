import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** Rows beyond the edge of the screen, so that they are there before they are scrolled to. */
const AHEAD = 8;

/** The rows of a long list that are in the page. */
export interface VisibleRows {
  first: number;
  /** The one after the last. */
  end: number;
  /** The height of each. */
  rowPx: number;
}

/** Which of a list's rows are in sight. They all have one height, so that the others need not be in the page. */
export function useVisibleRows(list: RefObject<HTMLElement>, count: number): VisibleRows {
  const [rows, setRows] = useState<VisibleRows>({ first: 0, end: 2 * AHEAD, rowPx: 0 });
  useLayoutEffect(() => {
    const element = list.current;
    const scroller = element?.closest<HTMLElement>(".pane") ?? null;
    if (element === null || scroller === null) return;
    const look = (): void => {
      const rowPx = element.firstElementChild?.getBoundingClientRect().height ?? 0;
      if (rowPx === 0) return;
      const above = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(above / rowPx) - AHEAD);
      const end = Math.max(0, Math.ceil((above + scroller.clientHeight) / rowPx)) + AHEAD;
      setRows((now) => (now.first === first && now.end === end && now.rowPx === rowPx ? now : { first, end, rowPx }));
    };
    look();
    scroller.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    return () => {
      scroller.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [count]);
  return rows;
}

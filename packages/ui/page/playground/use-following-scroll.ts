import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

const NEAR_END_PX = 24;

/** A part of the page that follows what is added at its end, until one scrolls up. */
export function useFollowingScroll(length: number): RefObject<HTMLElement> {
  const element = useRef<HTMLElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const scroller = element.current;
    if (scroller === null) return;
    const look = (): void => {
      follows.current = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    };
    scroller.addEventListener("scroll", look);
    return () => scroller.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    if (follows.current && element.current !== null) element.current.scrollTop = element.current.scrollHeight;
  }, [length]);
  return element;
}

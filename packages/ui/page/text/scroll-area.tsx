import type { ComponentChildren, Ref } from "preact";

interface ScrollAreaProps {
  /** What is in it, for those who don't see it. @defaultValue "Text" */
  label?: string;
  class?: string;
  scroller?: Ref<HTMLElement>;
  children: ComponentChildren;
}

/** Something with a scroll bar of its own. */
export function ScrollArea({ label = "Text", class: look = "scroller", scroller, children }: ScrollAreaProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus what is in it can't be scrolled with the keyboard.
    <section class={look} ref={scroller ?? null} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

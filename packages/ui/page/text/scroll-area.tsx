import type { ComponentChildren, Ref } from "preact";

/** A text with a scroll bar of its own. */
export function ScrollArea({ scroller, children }: { scroller?: Ref<HTMLElement>; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus its text can't be scrolled with the keyboard.
    <section class="scroller" ref={scroller ?? null} tabIndex={0} aria-label="Text">
      {children}
    </section>
  );
}

import { useEffect, useRef } from "preact/hooks";

interface ShortcutListProps {
  views: readonly { key: string; title: string }[];
  onClose(): void;
}

/** What can be done with the keyboard; Escape closes it. */
export function ShortcutList({ views, onClose }: ShortcutListProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const keys: [string, string][] = [
    ...views.map(({ key, title }): [string, string] => [key, title]),
    ["/", "Search, or write the prompt"],
    ["j", "Next row"],
    ["k", "Row before"],
    ["Enter", "Open the row"],
    ["?", "This list"],
  ];
  return (
    <dialog ref={dialog} aria-label="Keyboard shortcuts" onClose={onClose}>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

import { useState } from "preact/hooks";

interface TagFormProps {
  /** What the tag is for, in the names that a screen reader says. */
  label: string;
  onAdd(tag: string): void;
  /** Absent where each tag has a button of its own. */
  onRemove?(tag: string): void;
}

/** A field for one tag, to add it or to take it off. */
export function TagForm({ label, onAdd, onRemove }: TagFormProps) {
  const [tag, setTag] = useState("");
  const isEmpty = tag.trim() === "";
  const apply = (work: (tag: string) => void): void => {
    work(tag.trim());
    setTag("");
  };
  return (
    <form
      class="actions"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty) apply(onAdd);
      }}
    >
      <input
        aria-label={label}
        placeholder={label}
        value={tag}
        onInput={(event) => setTag(event.currentTarget.value)}
      />
      <button type="submit" disabled={isEmpty}>
        Add tag
      </button>
      {onRemove !== undefined && (
        <button type="button" disabled={isEmpty} onClick={() => apply(onRemove)}>
          Remove tag
        </button>
      )}
    </form>
  );
}

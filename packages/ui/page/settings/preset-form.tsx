import type { PresetEntry } from "@codo/ollama-config";
import { useEffect, useState } from "preact/hooks";
import { readObject } from "../text/read-object.ts";

interface PresetFormProps {
  /** Without one, a new one is made. */
  preset?: PresetEntry;
  onSave(settings: Record<string, unknown>, name: string): Promise<void>;
  /** Deletes it, or gives a new one up. */
  onRemove(): Promise<void> | void;
}

const asTyped = (settings: object): string => JSON.stringify(settings, null, 1);

/** One preset as JSON to be changed. What is wrong with it is said beside it, and what was typed stays. */
export function PresetForm({ preset, onSave, onRemove }: PresetFormProps) {
  const present = asTyped(preset?.own ?? preset?.settings ?? {});
  const [name, setName] = useState("");
  const [text, setText] = useState(preset === undefined ? '{\n "temperature": 0.2\n}' : present);
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (preset !== undefined) setText(present);
  }, [present]);
  const attempt = (work: () => Promise<void> | void): void => {
    setError(undefined);
    Promise.resolve()
      .then(work)
      .catch((cause: Error) => setError(cause.message));
  };
  return (
    <form
      aria-label={preset === undefined ? "New preset" : `Preset ${preset.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        attempt(() => onSave(readObject("The preset", text) ?? {}, name));
      }}
    >
      {preset === undefined ? (
        <label>
          Name
          <input value={name} required onInput={(event) => setName(event.currentTarget.value)} />
        </label>
      ) : (
        <>
          <strong>
            <bdi>{preset.name}</bdi>
          </strong>{" "}
          <small>{placeOf(preset)}</small>
        </>
      )}
      <textarea
        aria-label="What it sets (JSON)"
        rows={Math.min(12, text.split("\n").length)}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {error !== undefined && <p role="alert">{error}</p>}
      <div class="actions">
        <button type="submit" disabled={preset !== undefined && text === present}>
          Save
        </button>
        {preset === undefined && (
          <button type="button" onClick={() => attempt(onRemove)}>
            Cancel
          </button>
        )}
        {preset?.own !== undefined && (
          <button type="button" onClick={() => attempt(onRemove)}>
            {preset.isBuiltIn ? "Back to the built-in one" : "Delete"}
          </button>
        )}
      </div>
    </form>
  );
}

function placeOf({ isBuiltIn, own, files }: PresetEntry): string {
  if (files.length === 0) return "built in";
  const kind = own === undefined ? "" : isBuiltIn ? "yours, in place of the built-in one; " : "yours; ";
  return `${kind}from ${files.join(", then ")}`;
}

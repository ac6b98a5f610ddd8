import type { Explanation, LayerValue } from "@codo/ollama-config";
import { useEffect, useState } from "preact/hooks";

interface SettingRowProps {
  setting: Explanation;
  onSave(text: string): void;
  onRemove(): void;
}

/** One setting: its value, where it comes from, what it hides; and a field to change it in. */
export function SettingRow({ setting, onSave, onRemove }: SettingRowProps) {
  const { key, value, layer, hidden, description } = setting;
  const present = asTyped(value);
  const [text, setText] = useState(present);
  useEffect(() => setText(present), [present]);
  return (
    <li>
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault();
          onSave(text);
        }}
      >
        <label>
          <code>{key}</code>
          <input value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={text === present}>
          Save
        </button>
        {layer === "user" && (
          <button type="button" onClick={onRemove}>
            Remove
          </button>
        )}
      </form>
      <small>
        {description} From <bdi>{placeOf(setting)}</bdi>
        {hidden.map((one) => (
          <span key={one.layer}>
            ; hides <code>{asTyped(one.value)}</code> from <bdi>{placeOf(one)}</bdi>
          </span>
        ))}
        .
      </small>
    </li>
  );
}

const asTyped = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

function placeOf({ layer, source }: LayerValue): string {
  return layer === source ? `the ${layer}` : `${layer} (${source})`;
}

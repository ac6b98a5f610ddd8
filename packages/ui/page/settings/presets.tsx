import { useState } from "preact/hooks";
import type { PresetList } from "../../src/index.js";
import { request } from "../shell/request.ts";
import { useLoaded } from "../shell/use-loaded.ts";
import { PresetForm } from "./preset-form.tsx";

/** The presets: the built-in ones, and the user's own, which can be made, changed and deleted. */
export function Presets({ onChange }: { onChange(): void }) {
  const { value, error, refresh } = useLoaded<PresetList>("/api/presets");
  const [isNewShown, setNewShown] = useState(false);
  const save = async (name: string, settings: unknown, isNew = false): Promise<void> => {
    await request("/api/presets", "POST", { name, settings, isNew });
    setNewShown(false);
    refresh();
    onChange();
  };
  const remove = async (name: string): Promise<void> => {
    await request(`/api/presets/${encodeURIComponent(name)}`, "DELETE");
    refresh();
    onChange();
  };
  return (
    <section aria-label="Presets">
      <h2>Presets</h2>
      {error !== undefined && <p role="alert">{error}</p>}
      <ul class="presets">
        {value?.presets.map((preset) => (
          <li key={preset.name}>
            <PresetForm
              preset={preset}
              onSave={(settings) => save(preset.name, settings)}
              onRemove={() => remove(preset.name)}
            />
          </li>
        ))}
        {isNewShown && (
          <li>
            <PresetForm onSave={(settings, name) => save(name, settings, true)} onRemove={() => setNewShown(false)} />
          </li>
        )}
      </ul>
      {!isNewShown && (
        <button type="button" onClick={() => setNewShown(true)}>
          New preset
        </button>
      )}
    </section>
  );
}

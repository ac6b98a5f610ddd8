import { useState } from "preact/hooks";
import type { SettingList } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { request } from "../shell/request.ts";
import { useLoaded } from "../shell/use-loaded.ts";
import { Presets } from "./presets.tsx";
import { SettingRow } from "./setting-row.tsx";

/** Every setting with the layer that it comes from. */
export function SettingsView({ state }: { state: URLSearchParams }) {
  const { value, error, act, refresh } = useLoaded<SettingList>("/api/settings");
  const words = (state.get("q") ?? "").toLowerCase();
  const settings = value?.settings.filter(({ key, description = "" }) =>
    `${key} ${description}`.toLowerCase().includes(words),
  );
  const save = (key: string, text: string): void => act(() => request("/api/settings", "POST", { key, value: text }));
  return (
    <section class="pane" aria-label="Settings" aria-busy={value === undefined && error === undefined}>
      <search class="filters">
        <input
          type="search"
          aria-label="Search settings"
          placeholder="Search settings"
          value={state.get("q") ?? ""}
          onInput={(event) => changeAddress("settings", { q: event.currentTarget.value })}
        />
      </search>
      {error !== undefined && <p role="alert">{error}</p>}
      {value?.problems.map(({ path, message }) => (
        <p role="alert" key={path}>
          <code>{path}</code> {message}
        </p>
      ))}
      {value !== undefined && (
        <p>
          Changes go to <code>{value.file}</code>.
        </p>
      )}
      <ul class="settings">
        {settings?.map((setting) => (
          <SettingRow
            key={setting.key}
            setting={setting}
            onSave={(text) => save(setting.key, text)}
            onRemove={() => act(() => request(`/api/settings/${encodeURIComponent(setting.key)}`, "DELETE"))}
          />
        ))}
      </ul>
      <NewSetting onSave={save} />
      <Presets onChange={refresh} />
    </section>
  );
}

function NewSetting({ onSave }: { onSave(key: string, text: string): void }) {
  const [key, setKey] = useState("");
  const [text, setText] = useState("");
  return (
    <form
      class="actions"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(key, text);
      }}
    >
      <input
        aria-label="Another setting"
        placeholder="Another setting, such as options.numCtx"
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <input
        aria-label="Its value"
        placeholder="Its value"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" disabled={key === ""}>
        Set
      </button>
    </form>
  );
}

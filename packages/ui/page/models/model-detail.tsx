import { useState } from "preact/hooks";
import { changeAddress } from "../shell/address.ts";
import { request } from "../shell/request.ts";
import { useLoaded } from "../shell/use-loaded.ts";

/** What `/api/show` says of a model, as far as it is shown here. */
interface Shown {
  capabilities?: string[];
  template?: string;
  license?: string;
  parameters?: string;
  system?: string;
  details?: Record<string, unknown>;
  model_info?: Record<string, unknown>;
}

interface ModelDetailProps {
  name: string;
  isLoaded: boolean;
  act(work: () => Promise<unknown>): void;
}

/** One model: what it can do, and what can be done with it. */
export function ModelDetail({ name, isLoaded, act }: ModelDetailProps) {
  const path = `/api/models/${encodeURIComponent(name)}`;
  const { value, error } = useLoaded<Shown>(path);
  const [copy, setCopy] = useState("");
  const [isSure, setSure] = useState(false);
  const contextLength = Object.entries(value?.model_info ?? {}).find(([key]) => key.endsWith(".context_length"))?.[1];
  const remove = async (): Promise<void> => {
    await request(path, "DELETE");
    changeAddress("models", { name: "" });
  };
  return (
    <article class="pane" aria-label={`Model ${name}`} aria-busy={value === undefined && error === undefined}>
      <div class="actions">
        <button type="button" onClick={() => act(() => request(`${path}/${isLoaded ? "unload" : "load"}`, "POST"))}>
          {isLoaded ? "Unload" : "Load"}
        </button>
        <button type="button" onClick={() => changeAddress("playground", { model: name }, true)}>
          Try
        </button>
        <button type="button" onClick={() => (isSure ? act(remove) : setSure(true))}>
          {isSure ? "Delete it: sure" : "Delete"}
        </button>
        <button type="button" onClick={() => changeAddress("models", { name: "" })}>
          Close
        </button>
      </div>
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault();
          act(() => request(`${path}/copy`, "POST", { to: copy }));
          setCopy("");
        }}
      >
        <input
          aria-label="Name of the copy"
          placeholder="Name of the copy"
          value={copy}
          onInput={(event) => setCopy(event.currentTarget.value)}
        />
        <button type="submit" disabled={copy.trim() === ""}>
          Copy
        </button>
      </form>
      {error !== undefined && <p role="alert">{error}</p>}
      <h2>
        <bdi>{name}</bdi>
      </h2>
      <dl class="facts">
        <Fact name="Can do" value={value?.capabilities?.join(", ")} />
        <Fact name="Context window" value={typeof contextLength === "number" ? `${contextLength} tokens` : undefined} />
        {Object.entries(value?.details ?? {}).map(([key, one]) => (
          <Fact
            key={key}
            name={key.replaceAll("_", " ")}
            value={Array.isArray(one) ? one.join(", ") : `${one ?? ""}`}
          />
        ))}
      </dl>
      <Part title="System prompt" text={value?.system} />
      <Part title="Parameters" text={value?.parameters} />
      <Part title="Template" text={value?.template} />
      <Part title="Licence" text={value?.license} />
    </article>
  );
}

function Fact({ name, value }: { name: string; value: string | undefined }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function Part({ title, text }: { title: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <details>
      <summary>{title}</summary>
      <pre dir="auto">{text}</pre>
    </details>
  );
}

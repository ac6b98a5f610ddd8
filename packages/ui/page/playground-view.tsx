import type { OllamaModel } from "@codo/ollama-contract";
import { useEffect, useState } from "preact/hooks";
import { changeAddress } from "./address.ts";
import { Markdown } from "./markdown.tsx";
import { request } from "./request.ts";
import { useRun } from "./run-stream.ts";

const MOST_MODELS = 4;

/** One prompt to one to four models at once. The address holds the prompt, the models and the runs. */
export function PlaygroundView({ state }: { state: URLSearchParams }) {
  const [models, setModels] = useState<OllamaModel[]>([]);
  const [error, setError] = useState<string>();
  const chosen = (state.get("model") ?? "").split(",").filter((name) => name !== "");
  const prompt = state.get("prompt") ?? "";
  const system = state.get("system") ?? "";
  const runs = (state.get("runs") ?? "").split(",").filter((id) => id !== "");
  const set = (changes: Record<string, string>): void => changeAddress("playground", changes);
  useEffect(() => {
    request<{ models: OllamaModel[] }>("/api/models").then(
      (answer) => setModels(answer.models),
      (cause: Error) => setError(cause.message),
    );
  }, []);
  const toggle = (name: string): void =>
    set({ model: (chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]).join(",") });
  const start = async (): Promise<void> => {
    setError(undefined);
    try {
      const body = { prompt, ...(system === "" ? {} : { system }) };
      const started = chosen.map((model) => request<{ id: string }>("/api/runs", "POST", { ...body, model }));
      set({ runs: (await Promise.all(started)).map(({ id }) => id).join(",") });
    } catch (cause) {
      setError((cause as Error).message);
    }
  };
  return (
    <section aria-label="Playground" class="playground">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <label>
          System
          <textarea rows={2} value={system} onInput={(event) => set({ system: event.currentTarget.value })} />
        </label>
        <label>
          Prompt
          <textarea rows={5} value={prompt} onInput={(event) => set({ prompt: event.currentTarget.value })} />
        </label>
        <fieldset>
          <legend>Models (one to four)</legend>
          {models.map(({ name }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                disabled={!chosen.includes(name) && chosen.length >= MOST_MODELS}
                onChange={() => toggle(name)}
              />
              <bdi>{name}</bdi>
            </label>
          ))}
        </fieldset>
        <button type="submit" disabled={prompt === "" || chosen.length === 0}>
          Run
        </button>
      </form>
      {error !== undefined && <p role="alert">{error}</p>}
      <div class="runs">
        {runs.map((id) => (
          <Run key={id} id={id} />
        ))}
      </div>
    </section>
  );
}

function Run({ id }: { id: string }) {
  const { text, thinking, result, isKept, error } = useRun(id);
  const rate = result?.metadata.tokensPerSecond;
  const ttftMs = result?.metadata.timings?.ttftMs;
  const isRunning = result === undefined && error === undefined;
  return (
    <article aria-label="Answer" aria-busy={isRunning}>
      <div class="actions">
        <small>
          <bdi>{result?.modelName ?? "…"}</bdi>
          {ttftMs !== undefined && ` · first token ${Math.round(ttftMs)} ms`}
          {rate !== undefined && ` · ${rate.toFixed(1)} tokens/s`}
          {isKept && " · saved"}
        </small>
        {isRunning && (
          <button type="button" onClick={() => void request(`/api/runs/${id}`, "DELETE")}>
            Stop
          </button>
        )}
      </div>
      {thinking !== "" && (
        <details>
          <summary>Thinking</summary>
          <pre dir="auto">{thinking}</pre>
        </details>
      )}
      {result === undefined ? (
        <pre class="answer" dir="auto">
          {text}
        </pre>
      ) : (
        <Markdown text={text} />
      )}
      {(error ?? result?.errorMessage) && <p role="alert">{error ?? result?.errorMessage}</p>}
    </article>
  );
}

import type { OllamaModel } from "@codo/ollama-contract";
import { useEffect, useState } from "preact/hooks";
import type { ResultDescription } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { request } from "../shell/request.ts";
import { readObject } from "../text/read-object.ts";
import { AnswerDiff } from "./answer-diff.tsx";
import { readImages } from "./read-images.ts";
import { RunCard } from "./run-card.tsx";
import { SavedCard } from "./saved-card.tsx";

const MOST_MODELS = 4;
const set = (changes: Record<string, string>): void => changeAddress("playground", changes);
const listed = (text: string | null): string[] => (text ?? "").split(",").filter((part) => part !== "");

/** One prompt to one to four models at once. The address holds the prompt, the models and the runs. */
export function PlaygroundView({ state }: { state: URLSearchParams }) {
  const [models, setModels] = useState<OllamaModel[]>([]);
  const [images, setImages] = useState<string[]>([]);
  const [error, setError] = useState<string>();
  const [saved, setSaved] = useState<ResultDescription>();
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const chosen = listed(state.get("model"));
  const runs = listed(state.get("runs"));
  const text = (name: string): string => state.get(name) ?? "";
  const attempt = (work: Promise<void>): void => void work.catch((cause: Error) => setError(cause.message));
  useEffect(() => {
    attempt(request<{ models: OllamaModel[] }>("/api/models").then((answer) => setModels(answer.models)));
  }, []);
  // A model that was removed can still be named in the address.
  const names = [...new Set([...models.map(({ name }) => name), ...chosen])];
  const toggle = (name: string): void =>
    set({ model: (chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]).join(",") });
  // New images stand in the place of the old ones.
  const takesSavedImages = images.length === 0 && saved?.id === text("beside") && (saved?.imageCount ?? 0) > 0;
  const start = async (): Promise<void> => {
    setError(undefined);
    const format = readObject("The schema", text("schema"));
    const options = { ...readObject("The options", text("options")), ...(format === undefined ? {} : { format }) };
    const body = {
      prompt: text("prompt"),
      ...(text("system") === "" ? {} : { system: text("system") }),
      ...(images.length === 0 ? {} : { images }),
      ...(takesSavedImages ? { imagesOfResult: saved?.id } : {}),
      options,
    };
    const started = chosen.map((model) => request<{ id: string }>("/api/runs", "POST", { ...body, model }));
    set({ runs: (await Promise.all(started)).map(({ id }) => id).join(",") });
  };
  const area = (name: string, label: string, rows: number) => (
    <label>
      {label}
      <textarea rows={rows} value={text(name)} onInput={(event) => set({ [name]: event.currentTarget.value })} />
    </label>
  );
  const shown = [...listed(state.get("beside")), ...runs];
  return (
    <section aria-label="Playground" class="pane playground">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          attempt(start());
        }}
      >
        {area("prompt", "Prompt", 4)}
        <fieldset>
          <legend>Models (one to four)</legend>
          {names.map((name) => (
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
        <details open={["system", "options", "schema"].some((name) => text(name) !== "")}>
          <summary>System prompt, options, schema, images</summary>
          {area("system", "System", 2)}
          {area("options", 'Options (JSON, such as {"temperature": 0.2, "seed": 1})', 2)}
          {area("schema", "JSON Schema of the answer", 3)}
          <label>
            Images
            <input
              type="file"
              accept="image/*"
              multiple
              onChange={(event) => attempt(readImages(event.currentTarget.files).then(setImages))}
            />
          </label>
        </details>
        {takesSavedImages && <p role="status">The images of the saved answer are sent along.</p>}
        <div class="actions">
          <button type="submit" class="main" disabled={text("prompt") === "" || chosen.length === 0}>
            Run
          </button>
          {shown.length > 1 && (
            <label>
              <input
                type="checkbox"
                checked={text("diff") !== ""}
                onChange={(event) => set({ diff: event.currentTarget.checked ? "words" : "" })}
              />
              Show differences
            </label>
          )}
        </div>
      </form>
      {error !== undefined && <p role="alert">{error}</p>}
      <div class="runs">
        {text("beside") !== "" && (
          <SavedCard key={text("beside")} id={text("beside")} onLoad={(item) => takeSaved(item)} />
        )}
        {runs.map((id) => (
          <RunCard key={id} id={id} schema={text("schema")} onText={(answer) => note(id, answer)} />
        ))}
      </div>
      {text("diff") !== "" && <AnswerDiff answers={shown.map((id) => answers[id] ?? "")} />}
    </section>
  );

  function takeSaved(item: ResultDescription): void {
    setSaved(item);
    note(item.id, item.response ?? "");
  }

  function note(id: string, answer: string): void {
    // Of the runs that are shown: those before would stay in memory.
    setAnswers((now) => ({ ...Object.fromEntries(shown.map((one) => [one, now[one] ?? ""])), [id]: answer }));
  }
}

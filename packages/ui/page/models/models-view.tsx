import type { LoadedModel, OllamaModel } from "@codo/ollama-contract";
import { useState } from "preact/hooks";
import type { ModelList } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { request } from "../shell/request.ts";
import { useLoaded } from "../shell/use-loaded.ts";
import { bytesInWords } from "../text/sizes.ts";
import { ModelDetail } from "./model-detail.tsx";
import { PullList } from "./pull-list.tsx";

/** What is installed and what is in memory; downloads. */
export function ModelsView({ state }: { state: URLSearchParams }) {
  const { value, error, refresh, act } = useLoaded<ModelList>("/api/models");
  const [wanted, setWanted] = useState("");
  const name = state.get("name") ?? "";
  const models = [...(value?.models ?? [])].sort((a, b) => b.size - a.size);
  // A copy shares the memory of what it is a copy of.
  const loadedOf = (model: OllamaModel | undefined): LoadedModel | undefined =>
    model && value?.loaded.find((one) => one.name === model.name || one.digest === model.digest);
  const largest = models[0]?.size ?? 1;
  return (
    <div class={name === "" ? "models" : "models with-detail"}>
      <section class="pane" aria-label="Installed models" aria-busy={value === undefined && error === undefined}>
        <form
          class="actions"
          onSubmit={(event) => {
            event.preventDefault();
            act(() => request("/api/pulls", "POST", { model: wanted }));
            setWanted("");
          }}
        >
          <input
            aria-label="Model to download"
            placeholder="Model to download, such as llama3.2"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
          <button type="submit" disabled={wanted.trim() === ""}>
            Download
          </button>
        </form>
        <PullList
          onDone={refresh}
          onCancel={(model) => act(() => request(`/api/pulls/${encodeURIComponent(model)}`, "DELETE"))}
        />
        {error !== undefined && <p role="alert">{error}</p>}
        <ul class="list">
          {models.map((model) => (
            <li key={model.name}>
              <button
                type="button"
                class="row"
                aria-current={model.name === name}
                onClick={() => changeAddress("models", { name: model.name }, true)}
              >
                <bdi class="prompt">{model.name}</bdi>
                <meter aria-label={`Size of ${model.name}`} min={0} max={largest} value={model.size} />
                <small>
                  {bytesInWords(model.size)}
                  {model.parameters && ` · ${model.parameters}`}
                  {model.quantization && ` · ${model.quantization}`}
                  {loadedOf(model) && ` · in memory: ${bytesInWords(loadedOf(model)?.sizeBytes ?? 0)}`}
                </small>
              </button>
            </li>
          ))}
        </ul>
        {value?.models.length === 0 && <p>No model is installed.</p>}
      </section>
      {name !== "" && (
        <ModelDetail
          key={name}
          name={name}
          isLoaded={loadedOf(models.find((model) => model.name === name)) !== undefined}
          act={act}
        />
      )}
    </div>
  );
}

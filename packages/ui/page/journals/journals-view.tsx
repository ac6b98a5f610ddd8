import type { JournalFile } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { useLoaded } from "../shell/use-loaded.ts";
import { bytesInWords } from "../text/sizes.ts";
import { timeInWords } from "../text/times.ts";
import { JournalDetail } from "./journal-detail.tsx";

/** The journals of batches that run or ran. */
export function JournalsView({ state }: { state: URLSearchParams }) {
  const { value, error } = useLoaded<{ folder: string; journals: JournalFile[] }>("/api/journals");
  const name = state.get("name") ?? "";
  return (
    <div class={name === "" ? "journals" : "journals with-detail"}>
      <section class="pane" aria-label="Journals" aria-busy={value === undefined && error === undefined}>
        {error !== undefined && <p role="alert">{error}</p>}
        {value !== undefined && (
          <p>
            {value.journals.length === 0 ? "No journal of a batch is in " : "Journals in "}
            <code>{value.folder}</code>
          </p>
        )}
        <ul class="list">
          {value?.journals.map((journal) => (
            <li key={journal.name}>
              <button
                type="button"
                class="row"
                aria-current={journal.name === name}
                onClick={() => changeAddress("batches", { name: journal.name, skip: "" }, true)}
              >
                <bdi class="prompt">{journal.name}</bdi>
                <small>
                  {bytesInWords(journal.sizeBytes)} · {timeInWords(journal.changedAt)}
                </small>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {name !== "" && <JournalDetail key={name} name={name} state={state} />}
    </div>
  );
}

import type { ReportComparison, ResultList } from "../../src/index.js";
import { changeAddress } from "../shell/address.ts";
import { useLoaded } from "../shell/use-loaded.ts";
import { ScrollArea } from "../text/scroll-area.tsx";
import { timeInWords } from "../text/times.ts";

const set = (changes: Record<string, string>): void => changeAddress("benchmarks", changes, true);

/** Benchmark reports: one, or two compared. */
export function ReportsView({ state }: { state: URLSearchParams }) {
  const { value, error } = useLoaded<ResultList>("/api/results?kind=benchmark&limit=200");
  const id = state.get("id") ?? "";
  const against = state.get("against") ?? "";
  return (
    <div class={id === "" ? "reports" : "reports with-detail"}>
      <section class="pane" aria-label="Reports" aria-busy={value === undefined && error === undefined}>
        {error !== undefined && <p role="alert">{error}</p>}
        {value?.items.length === 0 && <p>No report is saved. `codo bench` measures models and saves one.</p>}
        <ul class="list">
          {value?.items.map((item) => (
            <li key={item.id}>
              <button type="button" class="row" aria-current={item.id === id} onClick={() => set({ id: item.id })}>
                <bdi class="prompt">{item.models?.join(", ") || item.modelName || item.id}</bdi>
                <small>{timeInWords(item.createdAt)}</small>
              </button>
              {id !== "" && item.id !== id && (
                <button
                  type="button"
                  aria-pressed={item.id === against}
                  onClick={() => set({ against: item.id === against ? "" : item.id })}
                >
                  Compare
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
      {id !== "" && (
        <section aria-label="Report" class="pane">
          <button type="button" onClick={() => set({ id: "", against: "" })}>
            Close
          </button>
          {against !== "" && <ComparisonTable before={against} after={id} />}
          <iframe
            key={`${id} ${against}`}
            title={against === "" ? "Report" : "Comparison"}
            sandbox="allow-scripts"
            src={against === "" ? `/api/reports/${id}/html` : `/api/comparison/html?before=${against}&after=${id}`}
          />
        </section>
      )}
    </div>
  );
}

function ComparisonTable({ before, after }: { before: string; after: string }) {
  const { value, error } = useLoaded<ReportComparison>(`/api/comparison?before=${before}&after=${after}`);
  if (error !== undefined) return <p role="alert">{error}</p>;
  // While it is asked for, and where there is nothing to compare, a table would be a head over no rows.
  if (value === undefined) return null;
  if (value.metrics.length === 0) {
    return (
      <p role="status">
        No model was measured in the same scenario in both reports: there are no numbers to compare. What differs is
        below.
      </p>
    );
  }
  return (
    <ScrollArea class="wide" label="Comparison">
      <table>
        <caption>This report against the other one</caption>
        <thead>
          <tr>
            {["metric", "model", "scenario", "other", "this", "change", "verdict"].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {value.metrics.map(({ metric, model, scenarioId, before: old, after: now, shift, verdict }) => (
            <tr key={`${metric} ${model} ${scenarioId}`}>
              {[metric, model, scenarioId, figure(old), figure(now), `${(shift * 100).toFixed(1)} %`, verdict].map(
                (cell, at) => (
                  <td key={`${at}`} class="short">
                    <bdi>{cell}</bdi>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

const figure = (value: unknown): string => (typeof value === "number" ? value.toPrecision(4) : `${value ?? ""}`);

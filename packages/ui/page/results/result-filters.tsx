import { useEffect, useState } from "preact/hooks";
import { changeAddress } from "../shell/address.ts";
import { whenIdle } from "../shell/when-idle.ts";

/** What of the address chooses the results. */
export const FILTERS = ["q", "model", "kind", "tag", "success", "since"] as const;

const KINDS = ["result", "output", "batch", "benchmark", "comparison", "config"];

/** The search and the filters; each is in the address. */
export function ResultFilters({ state, hasList }: { state: URLSearchParams; hasList: boolean }) {
  const [dateType, setDateType] = useState("text");
  // A browser takes longer to make its first field for a date than all the others.
  useEffect(() => {
    if (hasList) whenIdle(() => setDateType("date"));
  }, [hasList]);
  const value = (name: string): string => state.get(name) ?? "";
  const set = (name: string, text: string): void => changeAddress("results", { [name]: text });
  const text = (name: string, label: string, type = "text") => (
    <input
      type={type}
      aria-label={label}
      placeholder={label}
      title={label}
      value={value(name)}
      onInput={(event) => set(name, event.currentTarget.value)}
    />
  );
  const choice = (name: string, label: string, choices: Record<string, string>) => (
    <select aria-label={label} value={value(name)} onChange={(event) => set(name, event.currentTarget.value)}>
      <option value="">{label}: all</option>
      {Object.entries(choices).map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  );
  return (
    <search class="filters">
      {text("q", "Search prompts and answers", "search")}
      {text("model", "Model")}
      {text("tag", "Tag")}
      {choice("kind", "Kind", Object.fromEntries(KINDS.map((kind) => [kind, kind])))}
      {choice("success", "Outcome", { true: "succeeded", false: "failed" })}
      <label>
        Since
        <input type={dateType} value={value("since")} onInput={(event) => set("since", event.currentTarget.value)} />
      </label>
    </search>
  );
}

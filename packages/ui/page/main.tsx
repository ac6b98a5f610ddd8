import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ResultsView } from "./results/results-view.tsx";
import { changeAddress, useAddress } from "./shell/address.ts";
import { ConnectionNote } from "./shell/connection.tsx";
import { loadLater } from "./shell/load-later.tsx";
import { ShortcutList } from "./shell/shortcut-list.tsx";

const VIEWS = {
  results: { title: "Results", key: "r", View: ResultsView },
  playground: {
    title: "Playground",
    key: "p",
    View: loadLater(async () => (await import("./playground/playground-view.tsx")).PlaygroundView),
  },
  batches: {
    title: "Batches",
    key: "b",
    View: loadLater(async () => (await import("./journals/journals-view.tsx")).JournalsView),
  },
  benchmarks: {
    title: "Benchmarks",
    key: "n",
    View: loadLater(async () => (await import("./reports/reports-view.tsx")).ReportsView),
  },
  models: {
    title: "Models",
    key: "m",
    View: loadLater(async () => (await import("./models/models-view.tsx")).ModelsView),
  },
  settings: {
    title: "Settings",
    key: "s",
    View: loadLater(async () => (await import("./settings/settings-view.tsx")).SettingsView),
  },
} as const;

const GO_TO = Object.entries(VIEWS).map(([name, { title, key }]) => ({ name, title, key }));

function Page() {
  const { view, state } = useAddress();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const { View, title } = VIEWS[view as keyof typeof VIEWS] ?? VIEWS.results;
  useEffect(() => {
    document.title = `${title} · codo`;
    // On a narrow screen not all views are in sight.
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [title]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (act(event.key, () => setHelpOpen(true))) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <>
      <header>
        <h1>codo</h1>
        <nav aria-label="Views">
          {GO_TO.map((one) => (
            <a key={one.name} href={`#${one.name}`} aria-current={one.title === title ? "page" : undefined}>
              {one.title}
            </a>
          ))}
        </nav>
        <button type="button" aria-label="Keyboard shortcuts" onClick={() => setHelpOpen(true)}>
          ?
        </button>
      </header>
      <main>
        <View state={state} />
      </main>
      <ConnectionNote />
      {isHelpOpen && <ShortcutList views={GO_TO} onClose={() => setHelpOpen(false)} />}
    </>
  );
}

/** Does what a key stands for. */
function act(key: string, showHelp: () => void): boolean {
  const view = GO_TO.find((one) => one.key === key);
  if (view !== undefined) changeAddress(view.name, {}, true);
  else if (key === "?") showHelp();
  else if (key === "/") document.querySelector<HTMLInputElement>("input[type=search], textarea")?.focus();
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else return false;
  return true;
}

/** Goes to the next row of a list, or the one before. */
function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>(".row")];
  const now = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.min(rows.length - 1, Math.max(0, now + by))]?.focus();
}

const root = document.getElementById("app");
if (root !== null) render(<Page />, root);

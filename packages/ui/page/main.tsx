import { render } from "preact";
import { PlaygroundView } from "./playground/playground-view.tsx";
import { ResultsView } from "./results/results-view.tsx";
import { changeAddress, useAddress } from "./shell/address.ts";

const VIEWS = { results: "Results", playground: "Playground" } as const;

function Page() {
  const { view, state } = useAddress();
  return (
    <>
      <header>
        <h1>codo</h1>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([name, title]) => (
            <a key={name} href={`#${name}`} aria-current={view === name ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>{view === "playground" ? <PlaygroundView state={state} /> : <ResultsView state={state} />}</main>
    </>
  );
}

addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  else if (event.key === "r") changeAddress("results", {}, true);
  else if (event.key === "p") changeAddress("playground", {}, true);
  else return;
  event.preventDefault();
});

const root = document.getElementById("app");
if (root !== null) render(<Page />, root);

import type { BenchReport } from "../../report/bench-report.js";
import { escapeMarkup as esc } from "../escape-markup.js";

/** What the models said to each prompt, side by side, with a filter for where they differ. */
export function outputsSection({ outputs = [] }: BenchReport): string {
  if (outputs.length === 0) return "";
  const isCompared = outputs.some(({ answers }) => answers.length > 1);
  const filter = isCompared
    ? '<p><label><input type="checkbox" id="different-only"> different only</label> <span id="shown" aria-live="polite"></span></p>'
    : "";
  const rows = outputs.map(({ prompt, scenarioId, answers, isSame }) => {
    const columns = answers
      .map(({ model, text }) => `<div><h4>${esc(model)}</h4><pre>${esc(text)}</pre></div>`)
      .join("");
    const same = answers.length > 1 ? `<span class="badge">${isSame ? "same" : "different"}</span>` : "";
    return `<article class="output" data-same="${isSame}"><p class="prompt">${same} ${esc(prompt)} <span class="faint">${esc(scenarioId)}</span></p><div class="answers">${columns}</div></article>`;
  });
  return `<section id="outputs"><h2>Answers</h2>${filter}${rows.join("")}</section>`;
}

/** The page's only script: the filter. */
export const OUTPUTS_SCRIPT = `
const box = document.getElementById("different-only");
const articles = [...document.querySelectorAll("article.output")];
const apply = () => {
  for (const article of articles) article.hidden = box.checked && article.dataset.same === "true";
  document.getElementById("shown").textContent = articles.filter((article) => !article.hidden).length + " of " + articles.length + " prompts";
};
if (box) { box.addEventListener("change", apply); apply(); }
`;

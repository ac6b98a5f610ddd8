import { createHash } from "node:crypto";
import { escapeMarkup as esc } from "../escape-markup.js";
import { OUTPUTS_SCRIPT } from "./outputs-section.js";
import { STYLE } from "./style.js";

/**
 * A page that opens from disk and asks the network for nothing. A content security policy forbids everything that is
 * not in the file, so that what a model said can't run or load anything.
 */
export function htmlPage({
  title,
  subtitle,
  sections,
}: {
  title: string;
  subtitle: string;
  sections: readonly string[];
}): string {
  const script = `'sha256-${createHash("sha256").update(OUTPUTS_SCRIPT).digest("base64")}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${script}; img-src data:">
<link rel="icon" href="data:,">
<title>${esc(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${esc(title)}</h1><p class="faint">${esc(subtitle)}</p></header>
<main>
${sections.join("\n")}
</main>
<script>${OUTPUTS_SCRIPT}</script>
</body>
</html>
`;
}

/** Charts under a title; none where there is nothing to draw. */
export function chartSection(title: string, charts: readonly string[]): string {
  const drawn = charts.filter((chart) => chart !== "");
  return drawn.length === 0
    ? ""
    : `<section><h2>${esc(title)}</h2><div class="grid-of-figures">${drawn.join("\n")}</div></section>`;
}

import { visibleControls } from "./visible-controls.js";

/**
 * A text as one line of Markdown that shows it and does nothing else: no links, no images, no HTML, no cells of a table,
 * no emphasis, no headings. Control characters are shown as their names.
 */
export function escapeMarkdown(text: string): string {
  return visibleControls(text)
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
    .replace(/[\\`*[\]|~!]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("://", "\\://")
    .replace(/www\./gi, (word) => `${word.slice(0, 3)}\\.`)
    .replace(/^( {0,3})([#+-]|\d{1,9}[.)])/, (_all, space: string, mark: string) => {
      return `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`;
    });
}

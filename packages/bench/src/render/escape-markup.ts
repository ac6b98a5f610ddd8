// What XML 1.0 forbids, what a terminal would obey, and what turns the direction of text around.
const FORBIDDEN_RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff";
const FORBIDDEN = new RegExp(`[${FORBIDDEN_RANGES}]`, "g");

/** Text for HTML or XML: what has a meaning there is escaped, and what XML can't hold is replaced. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replace(FORBIDDEN, "�");
}

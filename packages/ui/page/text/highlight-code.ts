import DOMPurify from "dompurify";
import highlighter from "highlight.js/lib/common";

const MOST_CODE = 50_000;

/** Colours the code of an answer, where its language is known. */
export function highlightCode(blocks: Iterable<HTMLElement>): void {
  for (const block of blocks) {
    const language = block.className.replace(/^language-/, "");
    const code = block.textContent ?? "";
    if (highlighter.getLanguage(language) === undefined || code.length > MOST_CODE) continue;
    const { value } = highlighter.highlight(code, { language });
    block.innerHTML = DOMPurify.sanitize(value, { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] });
  }
}

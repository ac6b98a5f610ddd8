import DOMPurify from "dompurify";
import { Marked } from "marked";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { LONG, LongText } from "./long-text.tsx";

const TAGS = "p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong del a table thead tbody tr th td".split(
  " ",
);

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

// Markup in an answer is text; a picture is named, since nothing is loaded from elsewhere.
const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text, href }) => escaped(`[image: ${text || href}]`),
  },
});

/** An answer, laid out as Markdown; none of it can run or load anything. */
export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => (text.length > LONG ? undefined : cleanMarkup(text)), [text]);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const blocks = element.current?.querySelectorAll<HTMLElement>("pre code[class^=language-]") ?? [];
    // The highlighter is larger than the rest of the page, and most answers hold no code.
    if (blocks.length > 0) void import("./highlight-code.ts").then(({ highlightCode }) => highlightCode(blocks));
  }, [html]);
  if (html === undefined) return <LongText text={text} />;
  // DOMPurify has just cleaned it, and the policy of the page allows no script.
  return <div ref={element} class="answer" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

function cleanMarkup(text: string): string {
  return DOMPurify.sanitize(marked.parse(text, { async: false }), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href", "class"],
    ALLOWED_URI_REGEXP: /^https?:/i,
  });
}

// A link of an answer leads away from here, and tells nobody where from; a class names a language and nothing else.
DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "A") {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
  // A wide one is scrolled, with the keyboard too.
  if (node.nodeName === "TABLE") node.setAttribute("tabindex", "0");
  const name = node.getAttribute("class");
  if (name !== null && !/^(?:language|hljs)-[\w+# -]+$/.test(name)) node.removeAttribute("class");
});

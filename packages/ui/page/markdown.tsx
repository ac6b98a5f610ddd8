import DOMPurify from "dompurify";
import { Marked } from "marked";
import { useMemo } from "preact/hooks";

/** A longer answer is shown as it is: laying it out would hold the page up. */
const LONGEST_MARKDOWN = 200_000;

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
  const html = useMemo(() => {
    if (text.length > LONGEST_MARKDOWN) return undefined;
    const dirty = marked.parse(text, { async: false });
    return DOMPurify.sanitize(dirty, { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ["href"], ALLOWED_URI_REGEXP: /^https?:/i });
  }, [text]);
  if (html === undefined) return <pre class="answer long">{text}</pre>;
  // DOMPurify has just cleaned it, and the policy of the page allows no script.
  return <div class="answer" dangerouslySetInnerHTML={{ __html: html }} />;
}

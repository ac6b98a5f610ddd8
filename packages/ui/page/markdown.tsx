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
  if (html === undefined) return <LongText text={text} />;
  // DOMPurify has just cleaned it, and the policy of the page allows no script.
  return <div class="answer" dangerouslySetInnerHTML={{ __html: html }} />;
}

const PART = 20_000;

/** A text of megabytes, in parts: the browser lays out only those that are in sight. */
function LongText({ text }: { text: string }) {
  const parts = useMemo(() => {
    const found: string[] = [];
    for (let at = 0; at < text.length; ) {
      const line = text.indexOf("\n", at + PART);
      const isNear = line !== -1 && line < at + 2 * PART;
      // Not between the two halves of one character.
      const end = isNear ? line + 1 : at + PART + (isLowHalf(text, at + PART) ? 1 : 0);
      found.push(text.slice(at, end));
      at = end;
    }
    return found;
  }, [text]);
  return (
    <div class="answer long" dir="auto">
      {parts.map((part, at) => (
        <pre key={`${at}`}>{part}</pre>
      ))}
    </div>
  );
}

function isLowHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code < 0xe000;
}

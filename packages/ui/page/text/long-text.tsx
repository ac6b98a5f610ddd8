import { useMemo } from "preact/hooks";

/** From this length on a text is shown as it is, and in parts: laying it out would hold the page up. */
export const LONG = 200_000;

const PART = 20_000;

/** A text of megabytes, in parts: the browser lays out only those that are in sight. */
export function LongText({ text }: { text: string }) {
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

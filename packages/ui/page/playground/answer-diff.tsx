import type { Change } from "diff";
import { useEffect, useState } from "preact/hooks";

/** A comparison of two texts that changed wholly takes longer than one looks at it. */
const MOST_TEXT = 50_000;

/** Each answer against the first, word by word. */
export function AnswerDiff({ answers }: { answers: readonly string[] }) {
  const [first = "", ...others] = answers;
  return (
    <section aria-label="Differences" class="runs">
      {others.map((text, at) => (
        <article key={`${at}`} aria-label={`Answer ${at + 2} against answer 1`}>
          <h2>{`Answer ${at + 2} against answer 1`}</h2>
          <WordDiff before={first} after={text} />
        </article>
      ))}
    </section>
  );
}

function WordDiff({ before, after }: { before: string; after: string }) {
  const [changes, setChanges] = useState<Change[]>();
  const isLong = before.length + after.length > MOST_TEXT;
  useEffect(() => {
    if (!isLong) void import("diff").then(({ diffWords }) => setChanges(diffWords(before, after)));
  }, [before, after, isLong]);
  if (isLong) return <p>The answers are too long to be compared here; export them.</p>;
  return (
    <pre dir="auto">
      {changes?.map(({ value, added, removed }, at) => {
        if (added) return <ins key={`${at}`}>{value}</ins>;
        return removed ? <del key={`${at}`}>{value}</del> : value;
      })}
    </pre>
  );
}

import { useEffect, useState } from "preact/hooks";

/** Where a structured answer is not as its schema says. */
export function SchemaViolations({ schema, text }: { schema: string; text: string }) {
  const [violations, setViolations] = useState<string[]>();
  useEffect(() => {
    void import("./find-violations.ts").then(({ findViolations }) => setViolations(findViolations(schema, text)));
  }, [schema, text]);
  if (violations === undefined) return null;
  if (violations.length === 0) return <p role="status">The answer is as the schema says.</p>;
  return (
    <div role="alert">
      The answer is not as the schema says:
      <ul>
        {violations.map((violation) => (
          <li key={violation}>{violation}</li>
        ))}
      </ul>
    </div>
  );
}

import type { SavedOutput } from "@codo/ollama-output";

/** Timings, tokens, options and the use of the context, as they were recorded. */
export function ResultFacts({ item, isFolded = false }: { item: Partial<SavedOutput>; isFolded?: boolean }) {
  const metadata = item.result?.metadata;
  if (metadata === undefined) return <Raw value={item.metadata ?? item.results ?? item.report ?? item.config} />;
  const { usage, timings, options, tokensPerSecond, doneReason, truncated } = metadata;
  const used = (usage.promptTokens ?? 0) + (usage.completionTokens ?? 0);
  const size = typeof options.num_ctx === "number" ? options.num_ctx : undefined;
  const rows: [string, string | undefined][] = [
    ["Stopped by", truncated ? "the limit of tokens; raise numPredict to get more" : (doneReason ?? undefined)],
    ["Prompt", tokens(usage.promptTokens)],
    ["Answer", tokens(usage.completionTokens)],
    ["Rate", tokensPerSecond === undefined ? undefined : `${tokensPerSecond.toFixed(1)} tokens/s`],
    ["First token", milliseconds(timings.ttftMs)],
    ["Load", milliseconds(timings.loadMs)],
    ["Prefill", milliseconds(timings.promptEvalMs)],
    ["Decode", milliseconds(timings.evalMs)],
    ["Total", milliseconds(timings.totalMs)],
    ...Object.entries(options).map(([name, value]): [string, string] => [name, shown(value)]),
  ];
  return (
    <details open={!isFolded}>
      <summary>Timings and options</summary>
      {size !== undefined && used > 0 && (
        <label class="gauge">
          Context: {used.toLocaleString()} of {size.toLocaleString()} tokens
          <meter min={0} max={size} high={size * 0.9} value={used} />
        </label>
      )}
      <dl class="facts">
        {rows.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
    </details>
  );
}

function Raw({ value }: { value: unknown }) {
  if (value === undefined) return null;
  return (
    <details>
      <summary>Record</summary>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}

const tokens = (count?: number): string | undefined =>
  count === undefined ? undefined : `${count.toLocaleString()} tokens`;

const milliseconds = (value?: number): string | undefined =>
  value === undefined ? undefined : `${Math.round(value).toLocaleString()} ms`;

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

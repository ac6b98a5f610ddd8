import { useEffect } from "preact/hooks";
import { Answer, Thinking } from "../results/answer.tsx";
import { ResultFacts } from "../results/result-facts.tsx";
import { request } from "../shell/request.ts";
import { LONG, LongText } from "../text/long-text.tsx";
import { ScrollArea } from "../text/scroll-area.tsx";
import { useRun } from "./run-stream.ts";
import { SchemaViolations } from "./schema-violations.tsx";
import { useFollowingScroll } from "./use-following-scroll.ts";

/** One model's answer, as it comes. */
export function RunCard({ id, schema, onText }: { id: string; schema: string; onText(text: string): void }) {
  const { model, text, thinking, result, isKept, isBroken, error, firstMs, tokensPerSecond } = useRun(id);
  const scroller = useFollowingScroll(text.length + thinking.length);
  const isRunning = result === undefined && error === undefined;
  const isWhole = result !== undefined;
  useEffect(() => {
    if (isWhole) onText(text);
  }, [isWhole]);
  return (
    <article aria-label={`Answer of ${model ?? "a model"}`} aria-busy={isRunning}>
      <div class="actions">
        <strong>
          <bdi>{model ?? "…"}</bdi>
        </strong>
        {isRunning && (
          <button type="button" onClick={() => void request(`/api/runs/${id}`, "DELETE").catch(() => undefined)}>
            Stop
          </button>
        )}
      </div>
      <small class="figures">
        {firstMs !== undefined && `first token ${Math.round(firstMs)} ms`}
        {firstMs === undefined && isRunning && "waiting for the first token"}
        {firstMs === undefined && isWhole && "no token came"}
        {tokensPerSecond !== undefined && ` · ${tokensPerSecond.toFixed(1)} ${isWhole ? "tokens" : "pieces"}/s`}
        {isKept && " · saved"}
        {isBroken && " · the server does not answer; trying again"}
      </small>
      <ScrollArea scroller={scroller}>
        {isWhole ? (
          <Answer text={text} result={result} />
        ) : (
          <>
            <Thinking text={thinking} />
            {text.length > LONG ? (
              <LongText text={text} />
            ) : (
              <pre class="answer" dir="auto">
                {text}
              </pre>
            )}
          </>
        )}
      </ScrollArea>
      {result !== undefined && <ResultFacts item={{ result }} isFolded />}
      {result?.metadata.truncated && <p role="status">Cut at the limit of tokens: raise numPredict to get more.</p>}
      {(error ?? result?.errorMessage) && <p role="alert">{error ?? result?.errorMessage}</p>}
      {isWhole && schema !== "" && <SchemaViolations schema={schema} text={text} />}
    </article>
  );
}

import type { ModelExecutionResult } from "@codo/ollama-contract";
import { Markdown } from "../text/markdown.tsx";
import { ToolCalls } from "./tool-calls.tsx";

/** A whole answer: its thinking folded, its text laid out, its tool calls as blocks. */
export function Answer({ text, result }: { text: string; result: ModelExecutionResult | undefined }) {
  return (
    <>
      <Thinking text={result?.metadata.thinking ?? ""} />
      {text !== "" && <Markdown text={text} />}
      <ToolCalls calls={result?.metadata.toolCalls ?? []} />
    </>
  );
}

/** What a model thought, folded. */
export function Thinking({ text }: { text: string }) {
  if (text === "") return null;
  return (
    <details>
      <summary>Thinking</summary>
      <pre dir="auto">{text}</pre>
    </details>
  );
}

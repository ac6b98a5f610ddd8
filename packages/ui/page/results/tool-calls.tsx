import type { ToolCall } from "@codo/ollama-contract";

/** What a model asked to be called, each as a block. */
export function ToolCalls({ calls }: { calls: readonly ToolCall[] }) {
  return (
    <>
      {calls.map((call, at) => (
        <figure key={`${at}`} class="tool-call">
          <figcaption>
            Tool call <bdi>{call.function.name}</bdi>
          </figcaption>
          <pre>{JSON.stringify(call.function.arguments, null, 2)}</pre>
        </figure>
      ))}
    </>
  );
}

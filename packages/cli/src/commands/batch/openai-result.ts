import type { ModelExecutionResult } from "@codo/ollama-core";
import type { BatchItemInfo } from "@codo/ollama-runner";

/** A result as a line of OpenAI's batch output. Source: OpenAI's API reference, "Batch", the request output object. */
export function toOpenAiResult(result: ModelExecutionResult, { id, index }: BatchItemInfo): Record<string, unknown> {
  const line = { id: `batch_req_${result.id}`, custom_id: id ?? String(index) };
  if (!result.success) {
    const error = { code: result.metadata.error?.code ?? "SERVER_ERROR", message: result.errorMessage ?? "" };
    return { ...line, response: null, error };
  }
  return { ...line, response: { status_code: 200, request_id: result.id, body: completion(result) }, error: null };
}

function completion({ id, modelName, response, metadata }: ModelExecutionResult): Record<string, unknown> {
  const { usage, thinking, toolCalls = [], doneReason, createdAt } = metadata;
  const { promptTokens = 0, completionTokens = 0 } = usage;
  const calls = toolCalls.map((call, index) => ({
    id: call.id ?? `call_${index}`,
    type: "function",
    function: { name: call.function.name, arguments: JSON.stringify(call.function.arguments) },
  }));
  const message = {
    role: "assistant",
    content: response,
    ...(thinking === undefined ? {} : { reasoning: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created: Math.floor(Date.parse(createdAt) / 1000),
    model: modelName,
    choices: [{ index: 0, message, finish_reason: calls.length > 0 ? "tool_calls" : (doneReason ?? "stop") }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

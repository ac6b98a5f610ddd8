import { UsageError } from "../../errors/usage-error.js";

/*
 * A line of OpenAI's batch input: { custom_id, method, url, body }. Source: OpenAI's API reference, "Batch".
 * Fields that are followed under another name are brought to it here; the others stay, and are followed or named where
 * the fields of any item are.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Whether an item is a line of OpenAI's batch input. */
export function isOpenAiLine(item: unknown): item is Fields & { body: Fields } {
  return isFields(item) && isFields(item.body) && ("url" in item || "method" in item || "custom_id" in item);
}

/** The item of such a line; without its model where another takes its place. @throws UsageError with the place */
export function fromOpenAiLine(line: Fields & { body: Fields }, place: string, hasOtherModel: boolean): Fields {
  const { method: _method, url, body, ...more } = line;
  if (typeof url === "string" && !/\/(chat\/)?completions\/?$/.test(url)) {
    throw new UsageError(
      `${place} is for ${url}, and a batch runs /v1/chat/completions and /v1/completions.`,
      url.includes("embeddings") ? "`codo embed --lines` makes vectors." : "Take the line out.",
    );
  }
  const { model, messages, response_format, reasoning_effort, n, stream, tool_choice, ...rest } = body;
  return {
    ...more,
    ...rest,
    ...(hasOtherModel || model === undefined ? {} : { model }),
    ...(messages === undefined ? {} : { messages: Array.isArray(messages) ? messages.map(messageOf) : messages }),
    ...(response_format === undefined ? {} : { format: formatOf(response_format) }),
    ...(reasoning_effort === undefined ? {} : { think: thinkOf(reasoning_effort) }),
    // One whole answer and the model's own choice are what there is.
    ...(n === undefined || n === 1 ? {} : { n }),
    ...(stream === undefined || typeof stream === "boolean" ? {} : { stream }),
    ...(tool_choice === undefined || tool_choice === "auto" ? {} : { tool_choice }),
  };
}

function messageOf(message: unknown): unknown {
  if (!isFields(message)) return message;
  const { role, content, tool_calls, ...rest } = message;
  const parts = Array.isArray(content) ? (content as unknown[]).filter(isFields) : undefined;
  const images = parts?.flatMap(({ image_url }) => (image_url === undefined ? [] : [imageOf(image_url)])) ?? [];
  return {
    ...rest,
    role: role === "developer" ? "system" : role,
    content: parts?.flatMap(({ text }) => (typeof text === "string" ? [text] : [])).join("\n") ?? content ?? "",
    ...(images.length === 0 ? {} : { images }),
    ...(Array.isArray(tool_calls) ? { tool_calls: tool_calls.map(toolCallOf) } : {}),
  };
}

/** The image as a `data:` URL has it; the core takes the head off. */
function imageOf(image: unknown): unknown {
  return isFields(image) ? image.url : image;
}

/** Arguments are an object on Ollama's wire, and JSON text on OpenAI's. */
function toolCallOf(call: unknown): unknown {
  if (!isFields(call) || !isFields(call.function) || typeof call.function.arguments !== "string") return call;
  try {
    return {
      ...call,
      function: { ...call.function, arguments: JSON.parse(call.function.arguments || "{}") as unknown },
    };
  } catch {
    return call;
  }
}

function formatOf(format: unknown): unknown {
  if (!isFields(format)) return format;
  if (format.type === "json_object") return "json";
  return isFields(format.json_schema) ? format.json_schema.schema : format.type;
}

function thinkOf(effort: unknown): unknown {
  if (effort === "none") return false;
  return effort === "minimal" ? "low" : effort === "xhigh" ? "max" : effort;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

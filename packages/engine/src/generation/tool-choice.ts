import { ApiError } from "../http/api-error.js";
import { isObject } from "../wire/decode-body.js";

/** Whether the model may, must not or has to call a tool, and which. */
export type ToolChoice = { type: "auto" } | { type: "none" } | { type: "call"; tools: readonly unknown[] };

/**
 * Reads `tool_choice`: `auto`, `none`, `required` (or `any`), or one tool by its name, as OpenAI's API has it. Ollama has no
 * such field; it is ours.
 * @throws ApiError (400)
 */
export function readToolChoice(given: unknown, tools: readonly unknown[]): ToolChoice {
  if (given === undefined || given === null || given === "auto") return { type: "auto" };
  if (given === "none") return { type: "none" };
  const name = nameIn(given);
  if (given !== "required" && given !== "any" && name === undefined) {
    throw new ApiError(
      400,
      'tool_choice must be "auto", "none", "required", or {"type": "function", "function": {"name": …}}',
    );
  }
  const chosen = name === undefined ? tools : tools.filter((tool) => functionOf(tool)?.name === name);
  if (chosen.length > 0) return { type: "call", tools: chosen };
  throw new ApiError(
    400,
    name === undefined
      ? "tool_choice needs tools"
      : `tool_choice names ${JSON.stringify(name)}, which is no tool of this request`,
  );
}

/** What a call has to keep to: the name of a tool, and arguments by its parameters. */
export function callSchema(tools: readonly unknown[]): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  const calls = tools.map((tool) => {
    const { name, parameters } = functionOf(tool) ?? {};
    const { $defs, ...schema } = isObject(parameters) ? parameters : {};
    // References begin at the root of the schema.
    if (isObject($defs)) Object.assign(definitions, $defs);
    return {
      type: "object",
      properties: { name: { const: name }, arguments: { type: "object", ...schema } },
      required: ["name", "arguments"],
      additionalProperties: false,
    };
  });
  const [only] = calls;
  const schema = calls.length === 1 && only !== undefined ? only : { anyOf: calls };
  return Object.keys(definitions).length > 0 ? { ...schema, $defs: definitions } : schema;
}

function nameIn(choice: unknown): string | undefined {
  if (!isObject(choice)) return undefined;
  const name = functionOf(choice)?.name ?? choice.name;
  return typeof name === "string" ? name : undefined;
}

function functionOf(tool: unknown): Record<string, unknown> | undefined {
  return isObject(tool) && isObject(tool.function) ? tool.function : undefined;
}

import type { JsonSchema, StandardSchema } from "@codo/ollama-contract";

/** What a tool gets beside its arguments. */
export interface ToolContext {
  signal?: AbortSignal;
  /** The id of the call, where the server gave one. */
  callId?: string;
  /** The step of the run, from 0. */
  step: number;
}

/** Something that a model may call. `parameters` is a JSON Schema or a Standard Schema of an object. */
export interface Tool<Arguments = never> {
  name: string;
  description?: string;
  parameters?: JsonSchema | StandardSchema<Arguments>;
  /** Gets arguments that passed `parameters`. What it returns is given to the model, as JSON unless it is a string. */
  execute: (args: Arguments, context: ToolContext) => unknown;
}

/** Any tool, whatever its arguments are. */
export interface AnyTool extends Omit<Tool, "parameters"> {
  parameters?: JsonSchema | StandardSchema;
}

/** Defines a tool whose arguments have the type of its Standard Schema. */
export function defineTool<Arguments>(
  tool: Tool<Arguments> & { parameters: StandardSchema<Arguments> },
): Tool<Arguments>;
/** Defines a tool with a JSON Schema, or with no parameters; the type of its arguments is for the caller to say. */
export function defineTool<Arguments = Record<string, unknown>>(tool: Tool<Arguments>): Tool<Arguments>;
export function defineTool<Arguments>(tool: Tool<Arguments>): Tool<Arguments> {
  return tool;
}

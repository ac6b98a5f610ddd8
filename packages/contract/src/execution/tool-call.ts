/** A tool call of a model, as the wire has it. */
export interface ToolCall {
  id?: string;
  // The tool's author knows the types of its arguments, and no program wants to check each one again.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  function: { index?: number; name: string; arguments: Record<string, any> };
}

/** A tool on offer, as the wire has it. */
export interface ToolDefinition {
  type: string;
  function: { name?: string; description?: string; type?: string; parameters?: object };
}

/** A message of a conversation, as the wire has it; `images` also as bytes, which are encoded on the way. */
export interface ChatMessage {
  role: string;
  content: string;
  thinking?: string;
  images?: (string | Uint8Array)[];
  tool_calls?: ToolCall[];
  tool_name?: string;
  tool_call_id?: string;
}

/** A message as a template sees it. */
export interface TemplateMessage {
  role: string;
  content: string;
  thinking?: string;
  toolCalls?: { id?: string; name: string; arguments: Record<string, unknown> }[];
  toolName?: string;
  toolCallId?: string;
}

/** What a prompt is made of. */
export interface TemplateInput {
  messages: TemplateMessage[];
  tools?: unknown[];
  /** Whether to think, and how much; absent when the model knows no thinking. */
  think?: boolean | string;
  /** The text after the gap that an insert model fills. */
  suffix?: string;
  /** The day that a template may write; by default that of now. */
  today?: Date;
}

/** Makes the text that a model continues. */
export interface ChatTemplate {
  /** Which language it is written in, as far as that changes how a server behaves. */
  readonly kind: "go" | "jinja" | "chatml";
  /** @throws Error when the template can't be rendered */
  render(input: TemplateInput): string;
}

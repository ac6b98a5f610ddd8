/** What the messages on the channels may carry, of all kinds of work. */
export interface TraceMessage {
  id: string;
  operation?: string;
  model?: string;
  traceparent?: string;
  ttftMs?: number;
  durationMs?: number;
  promptTokens?: number;
  completionTokens?: number;
  doneReason?: string;
  options?: Record<string, unknown>;
  host?: string;
  error?: unknown;
  code?: string;
  total?: number;
  succeeded?: number;
  failed?: number;
  restored?: number;
  tokensUsed?: number;
}

/** One request of a run as it was measured: a line of the journal. Times are milliseconds from the run's start. */
export interface RequestRecord {
  type: "request";
  model: string;
  scenarioId: string;
  trial: number;
  phase: RequestPhase;
  /** Its place among the trial's requests. */
  index: number;
  /** Which prompt it was, by its place in the scenario's prompts. */
  promptIndex: number;
  /** When it should have been sent. */
  scheduledMs: number;
  /** When it was sent. */
  sentMs: number;
  /** First chunk with content, thinking or a tool call. */
  firstChunkMs?: number;
  /** First chunk with content or a tool call. */
  firstOutputMs?: number;
  doneMs: number;
  /** Arrival of each non-empty chunk, in milliseconds from `sentMs`. */
  chunkOffsetsMs: number[];
  /** The server's own counts and durations (nanoseconds), as far as it gave them. */
  server: ServerFields;
  doneReason: string | null;
  /** SHA-256 of answer, thinking and tool calls, first 16 hexadecimal digits. */
  outputHash?: string;
  outputChars: number;
  /** The answer itself; only when the plan keeps it. */
  text?: string;
  error?: { kind: ErrorKind; code: string; message: string };
  /** Outcome of each quality check, by name. */
  checks?: Record<string, boolean>;
}

/** What a request was for: only `measured` ones count. */
export type RequestPhase = "warmup" | "measured";

/** How a request failed. */
export type ErrorKind = "http" | "stream" | "timeout" | "no-done" | "connection";

/** What the server says at the end of an answer; durations in nanoseconds. */
export interface ServerFields {
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  /** Prompt tokens from the cache; Ollama ≥ 0.33.3. Absent means unknown, not none. */
  prompt_eval_cached_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
}

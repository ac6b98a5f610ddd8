import { type ChatMessage, OllamaError } from "@codo/ollama-contract";
import { splitHistory, type Turn } from "./turns.js";

/**
 * What to do when a conversation outgrows the model's context: `error` refuses; `rolling` leaves the oldest turns out;
 * `truncateMiddle` keeps the first turn and the latest; `summarize` lets the model sum up what is left out. System
 * messages and the newest message always stay, and the history itself is never shortened.
 */
export type ContextPolicy = "error" | "rolling" | "truncateMiddle" | "summarize";

/** What was sent in place of the whole history. */
export interface FittedMessages {
  messages: ChatMessage[];
  /** Messages that were left out, or are only in the summary. */
  leftOut: ChatMessage[];
}

/** How a history is fitted. */
export interface FitRequest {
  messages: readonly ChatMessage[];
  budgetTokens: number;
  /** Free of charge. */
  estimate: (messages: readonly ChatMessage[]) => number;
  /** May ask the server; only what fits by estimate is counted. */
  count: (messages: readonly ChatMessage[]) => number | Promise<number>;
}

/**
 * Leaves turns out until the rest fits: the oldest, or with `keepFirst` those after the first.
 * @throws OllamaError `CONTEXT_OVERFLOW` when the system messages and the newest turn alone are too long
 */
export async function leaveTurnsOut(
  request: FitRequest,
  { keepFirst }: { keepFirst: boolean },
): Promise<FittedMessages> {
  const { head, turns } = splitHistory(request.messages);
  const firstKept = keepFirst && turns.length > 2 ? 1 : 0;
  for (let dropped = 0; dropped <= turns.length - 1 - firstKept; dropped++) {
    const left = turns.slice(firstKept, firstKept + dropped).flat();
    const kept: Turn[] = [...turns.slice(0, firstKept), ...gap(left, keepFirst), ...turns.slice(firstKept + dropped)];
    const messages = [...head, ...kept.flat()];
    if (await fits(messages, request)) return { messages, leftOut: left };
  }
  if (firstKept > 0) return await leaveTurnsOut(request, { keepFirst: false });
  const least = [...head, ...(turns.at(-1) ?? [])];
  throw overflow(await request.count(least), request.budgetTokens, "Even the system messages and the newest message");
}

async function fits(messages: readonly ChatMessage[], { budgetTokens, estimate, count }: FitRequest): Promise<boolean> {
  return estimate(messages) <= budgetTokens && (await count(messages)) <= budgetTokens;
}

/** The model is told that something is missing between the first turn and the rest. */
function gap(left: readonly ChatMessage[], keepFirst: boolean): Turn[] {
  if (!keepFirst || left.length === 0) return [];
  return [[{ role: "system", content: `[${left.length} earlier messages are left out here.]` }]];
}

/** A `CONTEXT_OVERFLOW` that says by how much. */
export function overflow(tokens: number, budgetTokens: number, what: string): OllamaError {
  return new OllamaError(
    "CONTEXT_OVERFLOW",
    `${what} need about ${tokens} tokens, and the model's context has room for ${budgetTokens}. Shorten the message, raise numCtx, or choose another context policy.`,
    { details: { tokens, budgetTokens } },
  );
}

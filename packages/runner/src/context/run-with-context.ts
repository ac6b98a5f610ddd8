import {
  type ChatMessage,
  type ExecutionRequest,
  type ModelExecutionResult,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { assertPrompt } from "../execution/check-input.js";
import type { RunCall } from "../execution/run-call.js";
import type { TokenEstimator } from "../tokens/token-estimator.js";
import { buildContextPrompt, type ContextDocument } from "./context-prompt.js";
import { type LeftOutDocument, selectDocuments } from "./select-documents.js";

/** What a run with documents takes beside what every run does. */
export interface ContextCall extends RunCall {
  /**
   * Most tokens that the documents may have together, by estimate. What does not fit is left out and reported in
   * `metadata.context.leftOut`.
   * @defaultValue what `numCtx` leaves beside the prompt and the answer; without `numCtx` there is no limit
   */
  contextBudgetTokens?: number;
  /** What was said before; the question with its documents is the next message. */
  history?: readonly ChatMessage[];
}

/** What a result of `runWithContext` has in `metadata.context`. */
export interface ContextReport {
  /** The question without the documents. */
  prompt: string;
  /** Positions of the documents that were sent, from 0. */
  included: number[];
  leftOut: LeftOutDocument[];
  /** Tokens of the documents that were sent, estimated. */
  usedTokens: number;
  budgetTokens?: number;
  /** How many control sequences of chat templates were taken apart in the documents. */
  neutralized: number;
}

/** Share of the context window that is kept for the answer where `numPredict` does not say. */
const ANSWER_SHARE = 0.25;
/** Tokens of the instruction and of the template. */
const FRAME_TOKENS = 64;

/** A question with the documents to answer it from. */
export interface ContextInput {
  model: string;
  prompt: string;
  context: readonly (string | ContextDocument)[];
}

/** A question with its documents: what to send, and what to report. */
interface PreparedContext {
  text: string;
  report: ContextReport;
}

/**
 * Chooses documents within the budget and writes them into the prompt.
 * @throws OllamaError `INVALID_REQUEST` where the context is no array of texts
 */
function prepareContext(
  { model, prompt, context }: ContextInput,
  { options, budgetTokens }: { options: PartialExecutionOptions; budgetTokens: number | undefined },
  estimator: TokenEstimator,
): PreparedContext {
  assertPrompt(prompt);
  const documents = toDocuments(context);
  const estimate = (text: string): number => estimator.estimate(model, text);
  const budget = budgetTokens ?? budgetOf(options, estimate(prompt));
  const selection = selectDocuments(documents, budget ?? Number.POSITIVE_INFINITY, estimate);
  const built = buildContextPrompt(
    prompt,
    selection.included.map(({ document }) => document),
    selection.included.map(({ index }) => index + 1),
  );
  return {
    text: built.text,
    report: {
      prompt,
      included: selection.included.map(({ index }) => index),
      leftOut: selection.leftOut,
      usedTokens: selection.usedTokens,
      ...(budget !== undefined && { budgetTokens: budget }),
      neutralized: built.neutralized,
    },
  };
}

/**
 * The request that asks a question with its documents, and what to report of them.
 * @throws OllamaError `INVALID_REQUEST` where the context is no array of texts
 */
export function contextRequest(
  input: ContextInput,
  { options, call }: { options: PartialExecutionOptions; call: ContextCall },
  estimator: TokenEstimator,
): { request: ExecutionRequest; report: ContextReport } {
  const { contextBudgetTokens: budgetTokens, history, images, ...runCall } = call;
  const { text, report } = prepareContext(input, { options, budgetTokens }, estimator);
  const question: ChatMessage = { role: "user", content: text, ...(images && { images }) };
  const asked =
    history === undefined ? { prompt: text, ...(images && { images }) } : { messages: [...history, question] };
  return { request: { ...runCall, ...asked, model: input.model, options }, report };
}

/** Writes the report onto a result. */
export function withContextReport(result: ModelExecutionResult, report: ContextReport): ModelExecutionResult {
  result.metadata.context = report;
  return result;
}

function budgetOf({ numCtx, numPredict }: PartialExecutionOptions, promptTokens: number): number | undefined {
  if (numCtx === undefined || numCtx === null) return undefined;
  const answer = typeof numPredict === "number" && numPredict > 0 ? numPredict : Math.ceil(numCtx * ANSWER_SHARE);
  return Math.max(0, numCtx - answer - promptTokens - FRAME_TOKENS);
}

function toDocuments(context: unknown): ContextDocument[] {
  const isArray = Array.isArray(context);
  const documents = isArray
    ? context.map((item: unknown) => (typeof item === "string" ? { text: item } : (item as ContextDocument)))
    : [];
  if (isArray && documents.every((document) => typeof document?.text === "string")) return documents;
  throw new OllamaError("INVALID_REQUEST", "The context is an array of strings, or of objects with a string `text`.");
}

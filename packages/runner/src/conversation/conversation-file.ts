import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type ChatMessage, OllamaError, type PartialExecutionOptions } from "@codo/ollama-contract";
import { errorCode, readTextFile, replaceFile, storageFailed } from "@codo/ollama-node-kit";
import type { ContextPolicy } from "./context-policy.js";
import type { Summary } from "./summarizer.js";

/** A conversation as it is kept. */
export interface SavedConversation {
  schemaVersion: 1;
  model: string;
  contextPolicy: ContextPolicy;
  options: PartialExecutionOptions;
  messages: ChatMessage[];
  summary?: Summary;
  promptBudgetTokens?: number;
}

/**
 * Writes a conversation, which only its owner can read; a crash leaves the old file or the new one, never a part.
 * @throws OllamaError `STORAGE_FAILED`
 */
export async function writeConversation(path: string, saved: SavedConversation): Promise<string> {
  const absolute = resolve(path);
  try {
    await mkdir(dirname(absolute), { recursive: true });
    await replaceFile(absolute, `${JSON.stringify(saved, null, 2)}\n`, { mode: 0o600 });
    return absolute;
  } catch (cause) {
    throw storageFailed("save the conversation", absolute, { cause });
  }
}

/** @throws OllamaError `STORAGE_FAILED` when the file cannot be read or holds no conversation */
export async function readConversation(path: string): Promise<SavedConversation> {
  const absolute = resolve(path);
  try {
    return assertSaved(JSON.parse(await readTextFile(absolute)));
  } catch (cause) {
    if (errorCode(cause) !== undefined) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OllamaError("STORAGE_FAILED", `Could not load the conversation ${absolute}: ${reason}`, {
      cause,
      details: { path: absolute },
    });
  }
}

/** Checks data that says it is a conversation. */
export function assertSaved(data: unknown): SavedConversation {
  const saved = (data ?? {}) as Partial<SavedConversation>;
  const isConversation = saved.schemaVersion === 1 && typeof saved.model === "string" && Array.isArray(saved.messages);
  if (!isConversation)
    throw new OllamaError("INVALID_REQUEST", "The data is not a saved conversation of schema version 1.");
  return { contextPolicy: "error", options: {}, ...saved } as SavedConversation;
}

/** A message as JSON can hold it: bytes of images as base64. */
export function toSavable(message: ChatMessage): ChatMessage {
  if (message.images === undefined) return message;
  const images = message.images.map((image) =>
    typeof image === "string" ? image : Buffer.from(image).toString("base64"),
  );
  return { ...message, images };
}

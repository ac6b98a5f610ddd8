import { resolve } from "node:path";
import { type ChatMessage, OllamaError, type PartialExecutionOptions } from "@codo/ollama-contract";
import { errorCode, JsonFileAdapter, storageFailed } from "@codo/ollama-node-kit";
import { Low } from "lowdb";
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
    const database = databaseOf(absolute);
    database.data = saved;
    await database.write();
    return absolute;
  } catch (cause) {
    throw storageFailed("save the conversation", absolute, { cause });
  }
}

/**
 * Reads a conversation that `Conversation.save` wrote.
 * @throws OllamaError `STORAGE_FAILED` when the file cannot be read or holds no conversation
 */
export async function readConversation(path: string): Promise<SavedConversation> {
  const absolute = resolve(path);
  const database = databaseOf(absolute);
  try {
    await database.read();
  } catch (cause) {
    if (errorCode(cause) !== undefined) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OllamaError("STORAGE_FAILED", `Could not load the conversation ${absolute}: ${reason}`, {
      cause,
      details: { path: absolute },
    });
  }
  if (database.data !== null) return database.data;
  throw storageFailed("load the conversation", absolute, { cause: Object.assign(new Error(), { code: "ENOENT" }) });
}

function databaseOf(file: string): Low<SavedConversation | null> {
  return new Low(new JsonFileAdapter<SavedConversation | null>(file, assertSaved), null);
}

/** Checks data that says it is a conversation. */
export function assertSaved(data: unknown): SavedConversation {
  const saved = (data ?? {}) as Partial<SavedConversation>;
  const written: unknown = saved.schemaVersion;
  if (typeof written === "number" && written > 1)
    throw new OllamaError(
      "INVALID_REQUEST",
      `The conversation has schemaVersion ${written}, and this version reads 1: it is of a later version. Upgrade to read it.`,
      { details: { schemaVersion: written } },
    );
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

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ChatMessage, OllamaError, type PartialExecutionOptions } from "@codo/ollama-core";
import { assertOwnFile } from "@codo/ollama-output";
import { Conversation, type ModelRunner, readConversation, type SavedConversation } from "@codo/ollama-runner";
import type { CliContext } from "../context/cli-context.js";
import { UsageError } from "../errors/usage-error.js";

/** Where the last conversation is kept. */
async function lastFile(context: CliContext): Promise<string> {
  const folder = await context.outputFolder();
  const path = join(folder, "chats", "last.json");
  assertOwnFile(folder, path);
  return path;
}

/** The conversation that was held last, by `run` or by `chat`. @throws UsageError when there is none to read */
export async function readLastConversation(context: CliContext): Promise<SavedConversation> {
  const path = await lastFile(context);
  if (!existsSync(path)) {
    throw new UsageError("There is no conversation to continue.", "The next one is kept, unless --no-save is given.");
  }
  return await readConversation(path);
}

/** What a run leaves for the next one to continue. */
export interface HeldConversation {
  runner: ModelRunner;
  model: string;
  messages: readonly ChatMessage[];
  options: PartialExecutionOptions;
}

/** Keeps a conversation as the last one. A disk that fails is reported, and does not spoil the answer. */
export async function keepLastConversation(context: CliContext, held: HeldConversation): Promise<void> {
  const { saveOutputs } = (await context.config()).config;
  if (saveOutputs === false) return;
  const { runner, model, messages, options } = held;
  try {
    const path = await lastFile(context);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await new Conversation(runner, model, { messages, options, contextPolicy: "rolling" }).save(path);
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    context.reportNotKept("conversation", error);
  }
}

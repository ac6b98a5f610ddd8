import type { RunCall } from "../execution/run-call.js";

/** What one call of a conversation takes beside its message. `system` belongs to the conversation. */
export type ConversationCall = Omit<RunCall, "system">;

import type { ChatSession } from "./chat-session.js";
import { SLASH_COMMANDS } from "./slash-commands.js";

/** What a line may become by Tab: the slash commands, and the saved chats after those that take one. */
export function completeLine(line: string, session: Pick<ChatSession, "savedNames">): string[] {
  const beforeName = /^\/(?:load|save|fork) +/.exec(line)?.[0];
  const candidates =
    beforeName === undefined
      ? [...SLASH_COMMANDS.keys()].map((name) => `/${name} `)
      : session.savedNames().map((name) => beforeName + name);
  return line.startsWith("/") ? candidates.filter((candidate) => candidate.startsWith(line)) : [];
}

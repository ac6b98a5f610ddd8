/** The file that a chat is saved in: two names never share one. What no file name takes everywhere is written as %XX. */
export function chatFileName(name: string): string {
  const escaped = name.replace(/[^\p{L}\p{N}._-]/gu, escapeCharacter).replace(/^\./, escapeCharacter);
  return `${escaped}.json`;
}

/** The file that earlier versions saved a chat in, where `a/b` and `a_b` were one. */
export function earlierChatFileName(name: string): string {
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^\.+/, "_")}.json`;
}

function escapeCharacter(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
}

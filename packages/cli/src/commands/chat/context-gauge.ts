import type { ContextUse } from "./chat-session.js";

const WIDTH = 10;

/** How full the context is: `▕██        ▏ 812/4096 tokens`. */
export function gaugeText({ used, total }: ContextUse): string {
  if (total === undefined || total <= 0) return `${used} tokens`;
  const filled = Math.round(Math.min(1, used / total) * WIDTH);
  return `▕${"█".repeat(filled)}${" ".repeat(WIDTH - filled)}▏ ${used}/${total} tokens`;
}

import { formatRelative, formatRelativeShort } from "./quantities.js";
import type { Terminal } from "./terminal.js";

/** Says how far a time is from now: in few columns at a terminal, as `ollama list` does in a pipe. */
export function relativeTimes(
  terminal: Pick<Terminal, "isOutputTerminal">,
  now: Date = new Date(),
): (time: Date) => string {
  const format = terminal.isOutputTerminal ? formatRelativeShort : formatRelative;
  return (time) => format(time, now);
}

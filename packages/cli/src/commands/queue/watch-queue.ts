import { setTimeout as delay } from "node:timers/promises";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import type { Terminal } from "../../terminal/terminal.js";
import { cutLine } from "../../terminal/text-layout.js";
import { openNamedFleet } from "./named-fleet.js";
import { statusLines } from "./status-lines.js";

/** Shows a queue until it is interrupted: redrawn on a terminal, one after the other elsewhere. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const seconds = args.number("interval") ?? 1;
  if (seconds < 0.1) throw new UsageError("--interval takes at least 0.1 seconds.");
  const fleet = await openNamedFleet(args, context);
  let drawn = 0;
  while (!signal.aborted) {
    const status = await fleet.status();
    const lines = statusLines(status, terminal);
    if (globals.isJson) terminal.json(status);
    else if (terminal.canRedraw) drawn = redraw(terminal, lines, drawn);
    else for (const line of lines) terminal.line(line);
    // An interruption is how it ends.
    await delay(seconds * 1000, undefined, { signal }).catch(() => {});
  }
}

/** Draws lines over those that were drawn before; what they were longer is wiped. */
function redraw(terminal: Terminal, lines: readonly string[], drawn: number): number {
  const height = Math.max(lines.length, drawn);
  const shown = Array.from({ length: height }, (_, at) => cutLine(lines[at] ?? "", terminal.columns - 1));
  const back = drawn === 0 ? "" : `\u001b[${drawn}A`;
  terminal.redraw(`${back}${shown.map((line) => `\r\u001b[2K${line}\n`).join("")}`);
  return height;
}

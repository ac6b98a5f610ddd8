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
  const interrupted = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    // A server of the queue that is gone does not answer; what is asked waits for it.
    const status = await Promise.race([fleet.status(), interrupted]);
    if (status === undefined) return;
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
  // The last line of the screen is the cursor's. What is drawn below it would scroll away, and could not be drawn over.
  const shown = fitTo(lines, terminal.rows - 1);
  const height = Math.max(shown.length, Math.min(drawn, terminal.rows - 1));
  const cut = Array.from({ length: height }, (_, at) => cutLine(shown[at] ?? "", terminal.columns - 1));
  const back = drawn === 0 ? "" : `\u001b[${drawn}A`;
  terminal.redraw(`${back}${cut.map((line) => `\r\u001b[2K${line}\n`).join("")}`);
  return height;
}

function fitTo(lines: readonly string[], height: number): readonly string[] {
  if (lines.length <= height) return lines;
  const more = lines.length - height + 1;
  return [...lines.slice(0, height - 1), `… and ${more} more lines: \`codo queue status\` shows all.`];
}

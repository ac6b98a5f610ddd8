import { lastingServerStatus } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { describeServer } from "./start-server.js";

/** Tells whether a server answers, and starts none. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const server = await context.server();
  const found = await server.find();
  if (found === undefined) {
    const health = await server.health();
    if (globals.isJson) terminal.json({ isRunning: false, url: health.url, reason: health.reason });
    else terminal.line(`No server answers at ${health.url}${health.reason === undefined ? "" : `: ${health.reason}`}`);
    return EXIT_STATUS.serverUnavailable;
  }
  const lasting = found.source === "lasting" ? await lastingServerStatus() : undefined;
  if (globals.isJson) terminal.json({ isRunning: true, ...found, ...lasting });
  else {
    terminal.line(describeServer(found));
    if (lasting !== undefined) terminal.note(`Since ${lasting.startedAt}; log: ${lasting.logFile}`);
  }
  return undefined;
}

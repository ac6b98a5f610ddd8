import { backgroundServers } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { describeMissing } from "../../hints/no-server.js";
import { sanitize } from "../../terminal/sanitize.js";
import { describeServer } from "./start-server.js";

/** Reports whether a server answers; starts none. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const server = await context.server();
  const found = await server.find();
  if (found === undefined) {
    const health = await server.health();
    const { url, reason } = health;
    const { message, hint } = await describeMissing(context, health);
    if (globals.isJson) terminal.json({ isRunning: false, url, reason, hint });
    else terminal.tell(sanitize(message));
    terminal.note(hint);
    return EXIT_STATUS.serverUnavailable;
  }
  const background = await backgroundServers();
  const own = found.source === "background" ? background.find(({ url }) => url === found.url) : undefined;
  const others = background.filter((server) => server !== own).map(({ url }) => url);
  if (globals.isJson) terminal.json({ isRunning: true, ...found, ...own, ...(others.length > 0 ? { others } : {}) });
  else {
    terminal.tell(describeServer(found));
    if (own !== undefined) terminal.note(`Since ${own.startedAt}; log: ${own.logFile}`);
    if (others.length > 0) terminal.note(`\`codo server start\` also started: ${others.join(", ")}`);
  }
  return undefined;
}

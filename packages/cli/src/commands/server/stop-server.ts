import { type BackgroundServerStatus, backgroundServers, stopBackgroundServer } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";

/** Stops the background server that is named, or the only one. Where that is none, says what runs. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  if (args.flag("all")) return await stopAll(context);
  const address = await (await context.config()).serverAddress();
  const host = globals.host ?? (address.explicit ? address.host : undefined);
  const running = await backgroundServers();
  if (host === undefined && running.length > 1) {
    throw new UsageError(
      `${running.length} servers run: ${urlsOf(running)}.`,
      "Name one with --host, or all with --all.",
    );
  }
  const stopped = await stopBackgroundServer(host === undefined ? {} : { host });
  if (globals.isJson)
    terminal.json(
      stopped ? { stopped: true, url: stopped.url } : { stopped: false, running: running.map(({ url }) => url) },
    );
  else if (stopped !== undefined) terminal.tell(`Stopped ${stopped.url}.`);
  else if (running.length === 0) terminal.tell("No server was started by `codo server start`.");
  else terminal.tell(`\`codo server start\` started none at ${host}. What runs: ${urlsOf(running)}.`);
  return stopped === undefined && running.length > 0 ? EXIT_STATUS.failure : undefined;
}

async function stopAll({ terminal, globals }: CliContext): Promise<undefined> {
  const urls: string[] = [];
  for (const { url } of await backgroundServers()) {
    if ((await stopBackgroundServer({ host: url })) !== undefined) urls.push(url);
  }
  if (globals.isJson) terminal.json({ stopped: urls.length > 0, urls });
  else terminal.tell(urls.length > 0 ? `Stopped ${urls.join(", ")}.` : "No server was started by `codo server start`.");
}

function urlsOf(servers: readonly BackgroundServerStatus[]): string {
  return servers.map(({ url }) => url).join(", ");
}

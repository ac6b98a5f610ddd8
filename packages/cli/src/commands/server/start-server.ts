import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type ServeCommand, type ServerInfo, startBackgroundServer } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";

/** Starts a server that outlives this command, or finds the one that runs. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, env } = context;
  const config = await context.config();
  await context.assertConsent();
  const address = await config.serverAddress();
  const named = globals.host ?? (address.explicit ? address.host : undefined);
  const host = withPort(named, args.count("port"));
  const info = await startBackgroundServer({
    ...(host === undefined ? {} : { host }),
    ollamaBinary: config.config.ollamaBinary,
    engineCommand: (place) => engineCommand(place, env),
    env,
  });
  if (globals.isJson) terminal.json(info);
  else terminal.tell(describeServer(info));
}

/** The address with the port that `--port` names. @throws UsageError when the address has another already */
function withPort(host: string | undefined, port: number | undefined): string | undefined {
  if (port === undefined) return host;
  if (port < 1 || port > 65_535)
    throw new UsageError(`--port: ${port} is not a port.`, "Give a number from 1 to 65535.");
  if (host === undefined) return `127.0.0.1:${port}`;
  const bare = host.replace(/:\d+\/*$/, "");
  if (bare === host || host.endsWith(`:${port}`)) return `${bare}:${port}`;
  throw new UsageError(`The host ${host} has a port, and --port names ${port}.`, `Give one: --host ${bare}:${port}`);
}

/** One line about a server. */
export function describeServer({ url, source, version, pid }: ServerInfo): string {
  const facts = [version === undefined ? "" : `version ${version}`, pid === undefined ? "" : `process ${pid}`];
  const kept = source === "background" ? "started by `codo server start`" : "";
  const known = [...facts, kept].filter((fact) => fact !== "").join(", ");
  return `${url} answers${known === "" ? "" : ` (${known})`}`;
}

function engineCommand({ host, port }: { host: string; port: number }, env: NodeJS.ProcessEnv): ServeCommand {
  const folder = dirname(createRequire(import.meta.url).resolve("@codo/ollama-engine/package.json"));
  return {
    command: process.execPath,
    args: [join(folder, "bin", "codo-engine.js"), "serve"],
    env: { ...env, OLLAMA_HOST: `${host}:${port}` },
  };
}

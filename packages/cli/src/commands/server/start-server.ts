import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type ServeCommand, type ServerInfo, startLastingServer } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/** Starts a server that outlives this command, or finds the one that runs. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, env } = context;
  const config = await context.config();
  await context.assertConsent();
  const address = await config.serverAddress();
  const host = globals.host ?? (address.explicit ? address.host : undefined);
  const info = await startLastingServer({
    ...(host === undefined ? {} : { host }),
    ollamaBinary: config.config.ollamaBinary,
    engineCommand: (place) => engineCommand(place, env),
    env,
  });
  if (globals.isJson) terminal.json(info);
  else terminal.line(describeServer(info));
}

/** One line about a server. */
export function describeServer({ url, source, version, pid }: ServerInfo): string {
  const facts = [version === undefined ? "" : `version ${version}`, pid === undefined ? "" : `process ${pid}`];
  const kept = source === "lasting" ? "started by `codo server start`" : "";
  return `${url} answers (${[...facts, kept].filter((fact) => fact !== "").join(", ")})`;
}

function engineCommand({ host, port }: { host: string; port: number }, env: NodeJS.ProcessEnv): ServeCommand {
  const folder = dirname(createRequire(import.meta.url).resolve("@codo/ollama-engine/package.json"));
  return {
    command: process.execPath,
    args: [join(folder, "bin", "codo-engine.js"), "serve"],
    env: { ...env, OLLAMA_HOST: `${host}:${port}` },
  };
}

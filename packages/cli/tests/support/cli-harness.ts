import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built executable. */
export const CODO: string = fileURLToPath(new URL("../../bin/codo.js", import.meta.url));
/** The built engine. */
export const ENGINE: string = fileURLToPath(new URL("../../../engine/bin/codo-engine.js", import.meta.url));

/** What a command line left behind. */
export interface CliRun {
  stdout: string;
  stderr: string;
  status: number | null;
}

/** A home folder of its own, with everything that `codo` writes below it. */
export interface CliHome {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Runs a command line to its end. */
  codo: (
    args: readonly string[],
    options?: { stdin?: string | Uint8Array; env?: NodeJS.ProcessEnv; cwd?: string },
  ) => Promise<CliRun>;
  /** Starts a command line. */
  start: (args: readonly string[], options?: { env?: NodeJS.ProcessEnv; cwd?: string }) => ChildProcess;
}

/** Makes a home where `codo` talks to a server; none means that it has to find one itself. */
export async function createHome(host?: string): Promise<CliHome> {
  const folder = await mkdtemp(join(tmpdir(), "codo-cli-"));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_DATA_HOME: join(folder, "data"),
    XDG_STATE_HOME: join(folder, "state"),
    TMPDIR: tmpdir(),
    ...(host === undefined ? {} : { OLLAMA_HOST: host }),
  };
  const start: CliHome["start"] = (args, options = {}) =>
    spawn(process.execPath, [CODO, ...args], { cwd: options.cwd ?? folder, env: { ...env, ...options.env } });
  const codo: CliHome["codo"] = async (args, options = {}) => {
    const child = start(args, options);
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.stdin ?? "");
    return await ended(child);
  };
  return { folder, env, codo, start };
}

/** Gathers what a process writes until it ends. */
export async function ended(child: ChildProcess): Promise<CliRun> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr?.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  return await new Promise((resolve) => {
    child.on("close", (status) => resolve({ stdout, stderr, status }));
  });
}

/** An engine in a process of its own, on a free port. */
export interface TestEngine {
  url: string;
  stop: () => Promise<void>;
}

/** Starts the built engine and waits until it listens. */
export async function startTestEngine(): Promise<TestEngine> {
  const child = spawn(process.execPath, [ENGINE, "serve"], {
    env: { ...process.env, OLLAMA_HOST: "127.0.0.1:0", OLLAMA_MODELS: await mkdtemp(join(tmpdir(), "codo-models-")) },
  });
  let log = "";
  const url = await new Promise<string>((resolve, reject) => {
    const take = (data: Buffer) => {
      log += data.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", () => reject(new Error(`The engine did not start: ${log}`)));
  });
  const stop = async () => {
    const gone = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGTERM");
    await gone;
  };
  return { url, stop };
}

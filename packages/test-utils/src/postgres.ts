import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.js";
import { findTool } from "./tools.js";

const run = promisify(execFile);

/** Postgres refuses to run as root; Debian's `nobody` owns nothing else. */
const UNPRIVILEGED = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];

/** A PostgreSQL of a test's own, on loopback. */
export interface PostgresServer {
  url: string;
  close: () => Promise<void>;
}

/** Starts a PostgreSQL on a free loopback port, with a new database in a folder of its own. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "codo-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await run("chown", ["nobody:nogroup", folder]);
  await chmod(folder, 0o700);
  const port = await freePort();
  const data = join(folder, "data");
  // Debian keeps `initdb` beside the program that `postgres` may only be a link to.
  const programs = dirname(await realpath(findTool("postgres") ?? "postgres"));
  const command = (name: string, ...args: string[]): [string, string[]] => {
    const [first = "", ...rest] = [...(isRoot ? UNPRIVILEGED : []), join(programs, name), ...args];
    return [first, rest];
  };
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8", TZ: "UTC" } };
  const [initdb, initArgs] = command("initdb", "-D", data, "-U", "codo", "--auth=trust", "--no-sync");
  await run(initdb, initArgs, options);
  const settings = [
    ...["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories="],
    // What a test writes need not outlive the machine.
    ...["fsync=off", "max_connections=300", "shared_buffers=32MB"],
  ];
  const [postgres, args] = command("postgres", "-D", data, ...settings.flatMap((setting) => ["-c", setting]));
  const child = spawn(postgres, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  await isReady(child);
  return {
    url: `postgres://codo@127.0.0.1:${port}/postgres`,
    close: async () => {
      // Its immediate shutdown: it ends its own processes and waits for nobody.
      child.kill("SIGQUIT");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk;
      if (said.includes("ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`postgres ended with ${code}: ${said}`)));
  });
}

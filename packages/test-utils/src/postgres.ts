import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.js";
import { findTool } from "./tools.js";

/** A PostgreSQL of a test's own. */
export interface PostgresServer {
  url: string;
  close: () => Promise<void>;
}

/** Makes a database in a folder of its own, and serves it on a free loopback port. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "codo-postgres-"));
  // PostgreSQL refuses to run as root; its package has a user for it.
  const owner: { uid?: number; gid?: number } = process.getuid?.() === 0 ? userOf("postgres") : {};
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o700);
  const data = join(folder, "data");
  const settings = { ...owner, cwd: folder, stdio: "ignore" } as const;
  execFileSync(findTool("initdb") ?? "initdb", ["-D", data, "-U", "codo", "-A", "trust", "-N"], settings);
  const port = await freePort();
  const args = ["-D", data, "-p", String(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"];
  args.push("-c", "fsync=off", "-c", "max_connections=300");
  const child = spawn(findTool("postgres") ?? "postgres", args, settings);
  const url = `postgres://codo@127.0.0.1:${port}/postgres`;
  while (!isReady(port)) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
    await delay(50);
  }
  return {
    url,
    close: async () => {
      // Immediate shutdown: it does not wait for clients.
      child.kill("SIGQUIT");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isReady(port: number): boolean {
  try {
    const where = ["-h", "127.0.0.1", "-p", String(port), "-d", "postgres", "-U", "codo"];
    execFileSync(findTool("pg_isready") ?? "pg_isready", where, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function userOf(name: string): { uid: number; gid: number } {
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

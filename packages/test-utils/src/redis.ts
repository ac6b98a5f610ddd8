import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.js";
import { findTool } from "./tools.js";

/** A Redis of a test's own. */
export interface RedisServer {
  url: string;
  pid: number;
  /** Ends it at once, as a power cut would. */
  kill: () => Promise<void>;
  /** Starts it again at the same place, over what it kept. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

/** How a Redis of a test is set up. */
export interface RedisSetup {
  fsync?: string;
  password?: string;
  /** Speaks TLS alone, with this certificate and key. */
  tls?: { certificate: string; key: string };
  /** The lines of its ACL file. */
  users?: readonly string[];
}

/** Starts a Redis on a free loopback port, with an append-only file in a folder of its own. */
export async function startRedis(setup: RedisSetup = {}): Promise<RedisServer> {
  const { fsync = "everysec", password = "", tls, users } = setup;
  const folder = await mkdtemp(join(tmpdir(), "codo-redis-"));
  const port = await freePort();
  const settings = ["--bind", "127.0.0.1", "--dir", folder, "--save", "", "--daemonize", "no"];
  settings.push("--appendonly", "yes", "--appendfsync", fsync, ...(password === "" ? [] : ["--requirepass", password]));
  if (tls === undefined) settings.push("--port", String(port));
  else settings.push("--port", "0", "--tls-port", String(port), ...(await tlsSettings(folder, tls)));
  if (users !== undefined) settings.push("--aclfile", await written(folder, "users.acl", users.join("\n")));
  let child = await spawnRedis(settings, port);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    url: `${tls === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`,
    get pid() {
      return child.pid ?? 0;
    },
    kill,
    restart: async () => {
      child = await spawnRedis(settings, port);
    },
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function tlsSettings(folder: string, { certificate, key }: { certificate: string; key: string }) {
  const file = await written(folder, "certificate.pem", certificate);
  const files = ["--tls-cert-file", file, "--tls-ca-cert-file", file, "--tls-key-file"];
  return [...files, await written(folder, "key.pem", key), "--tls-auth-clients", "no"];
}

async function written(folder: string, name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

async function spawnRedis(settings: string[], port: number): Promise<ChildProcess> {
  const child = spawn(findTool("redis-server") ?? "redis-server", settings, { stdio: "ignore" });
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    await delay(10);
  }
  return child;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

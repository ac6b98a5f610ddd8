import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
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

/** Starts a Redis on a free loopback port, with an append-only file in a folder of its own. */
export async function startRedis({ fsync = "everysec", password = "" } = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "codo-redis-"));
  const port = await freePort();
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--daemonize", "no"];
  settings.push("--appendonly", "yes", "--appendfsync", fsync, ...(password === "" ? [] : ["--requirepass", password]));
  let child = await spawnRedis(settings, port);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    url: `redis://127.0.0.1:${port}`,
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

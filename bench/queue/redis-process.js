import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { endWithProcess } from "./end-with-process.js";

/** A Redis of a script's own: on loopback, on a free port, with its files in a folder of its own. */
export class RedisProcess {
  url;
  #folder;
  #settings;
  #port;
  #child;

  constructor(folder, settings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  async start() {
    this.#port ??= await freePort();
    this.url = `redis://127.0.0.1:${this.#port}`;
    const place = ["--port", String(this.#port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    this.#child = endWithProcess(spawn("redis-server", [...place, ...this.#settings], { stdio: "ignore" }));
    this.#child.once("error", (error) => {
      console.error(`redis-server cannot be started: ${error.message}`);
      process.exit(1);
    });
    while (!(await isListening(this.#port))) await delay(10);
  }

  async kill() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await exited;
  }

  /** Its resident memory in bytes. */
  get residentBytes() {
    return residentBytesOf(this.#child.pid);
  }
}

/** The resident memory of a process in bytes; 0 for one that has ended. Source: proc(5), `VmRSS` in kB. */
export function residentBytesOf(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

// An engine started as its users start it: the executable `codo-engine serve` in a process of its own.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const EXECUTABLE = fileURLToPath(new URL("../../packages/engine/bin/codo-engine.js", import.meta.url));

/** Starts an engine and waits until it answers. `readyMs` is from spawn to the first answer. */
export async function startEngineProcess(env = {}) {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [EXECUTABLE, "serve"], {
    env: { ...process.env, OLLAMA_MODELS: "/nonexistent", ...env, OLLAMA_HOST: `127.0.0.1:${port}` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    said = (said + chunk).slice(-4000);
  });
  const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  const engine = { port, pid: child.pid, agent: new Agent({ keepAlive: true, maxSockets: 64 }), stderr: () => said };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the engine ended before it was ready: ${said}`);
    const status = await send(engine, "GET", "/api/version").then(
      (reply) => reply.status,
      () => 0,
    );
    if (status === 200) break;
    await delay(5);
  }
  return {
    ...engine,
    readyMs: performance.now() - started,
    async stop() {
      engine.agent.destroy();
      child.kill("SIGTERM");
      return exited;
    },
  };
}

/** Sends a request; resolves to status and body text. `onChunk` sees the body as it comes and may abort. */
export function send(engine, method, path, body, { signal, onChunk, headers } = {}) {
  return new Promise((resolve, reject) => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const outgoing = request(
      { host: "127.0.0.1", port: engine.port, method, path, agent: engine.agent, headers },
      (incoming) => {
        let received = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk) => {
          received += chunk;
          onChunk?.(chunk);
        });
        incoming.once("end", () => {
          signal?.removeEventListener("abort", leave);
          resolve({ status: incoming.statusCode, text: received });
        });
        incoming.on("error", reject);
      },
    );
    // Without a reason: a socket whose answer is complete has gone back to the pool, where nobody listens for errors.
    const leave = () => {
      outgoing.destroy();
      reject(signal.reason);
    };
    if (signal?.aborted) leave();
    else signal?.addEventListener("abort", leave, { once: true });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

/** Processes whose parent is `pid`. */
export function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim();
    return children === "" ? [] : children.split(" ").map(Number);
  });
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid) {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

/** Open files and sockets of a process. */
export function openFiles(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./slow-server.js", import.meta.url));

/** Starts the slow server in a process of its own; it ends with this process at the latest. */
export async function startSlowServer(slots, serviceMs) {
  const child = spawn(process.execPath, [SCRIPT, String(slots), String(serviceMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    await ended;
  };
  return { url, stop };
}

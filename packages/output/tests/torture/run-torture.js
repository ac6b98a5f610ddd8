// Starts processes that use one store at once, and kills them at random, until enough was saved and killed.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("worker.js", import.meta.url));

/**
 * Tortures a store. Gives what was acknowledged, and what the processes complained of.
 */
export async function runTorture({ base, processes, kills, saves, seed = 1, onProgress = () => {} }) {
  const acknowledged = new Map();
  const complaints = [];
  let random = seed;
  let killed = 0;
  let started = 0;
  const next = (limit) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((random / 0x8000_0000) * limit);
  };
  const isDone = () => (killed >= kills && acknowledged.size >= saves) || complaints.length > 0;

  /** One life: from the start until so many saves later, when the process is killed in the middle of what it does. */
  async function live() {
    const child = spawn(process.execPath, [WORKER, base, `w${started++}`], { stdio: ["ignore", "pipe", "pipe"] });
    const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    let errors = "";
    let left = 1 + next(60);
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith("failed")) complaints.push(line);
      const [word, path] = line.split(" ", 2);
      if (path !== undefined && !line.startsWith("failed")) acknowledged.set(word, path);
      if (left-- === 0 || isDone()) setTimeout(() => child.kill("SIGKILL"), next(20));
    }
    const { code, signal } = await exited;
    if (signal === "SIGKILL") killed++;
    else complaints.push(`a process ended by itself (${code}): ${errors}`);
    onProgress({ killed, saves: acknowledged.size });
  }

  const lives = Array.from({ length: processes }, async () => {
    while (!isDone()) await live();
  });
  await Promise.all(lives);
  return { acknowledged, complaints, killed };
}

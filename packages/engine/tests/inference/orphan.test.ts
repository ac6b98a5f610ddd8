import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { ENDLESS } from "./inference-fixtures.js";

const WORKER = fileURLToPath(new URL("../../dist/inference-process.js", import.meta.url));

/** A server that starts an inference process, makes it compute without end, and says its pid. */
const PARENT = `
  import { fork } from "node:child_process";
  const child = fork(${JSON.stringify(WORKER)}, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const sampling = { temperature: 0, topK: 40, topP: 1, minP: 0, typicalP: 1, repeatLastN: 0, repeatPenalty: 1,
    presencePenalty: 0, frequencyPenalty: 0, seed: 1 };
  const request = { prompt: "Hi", sampling, numPredict: -1, numKeep: 0, stop: [], truncate: true, shift: true };
  child.on("message", (message) => {
    if (message.type === "loaded") child.send({ type: "generate", id: 1, request });
    if (message.type === "events") process.stdout.write(child.pid + "\\n");
  });
  child.send({ type: "load", options: { modelPath: ${JSON.stringify(ENDLESS)}, numCtx: 256, parallel: 1 } });
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("an inference process", () => {
  it("ends when its parent is killed, also while it computes", async () => {
    const parent = spawn(process.execPath, ["--input-type=module", "-e", PARENT], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number.parseInt(said.toString(), 10);
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 20_000, interval: 20 });
  });
});

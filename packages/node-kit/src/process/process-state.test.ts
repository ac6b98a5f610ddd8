import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { isProcessAlive, isSameProcess, processStartToken } from "./process-state.js";
import { livenessOf, processTag } from "./process-tag.js";

async function start(command: string, ...args: string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "spawn");
  return child as ChildProcess & { pid: number };
}

describe.runIf(process.platform === "linux")("a process", () => {
  it("that nobody reaped is not alive", async () => {
    // What the shell began is a child of what the shell became, which never asks for it.
    const parent = await start("sh", "-c", "sleep 60 & echo $!; exec sleep 60");
    const [line] = await once(createInterface({ input: parent.stdout as NodeJS.ReadableStream }), "line");
    const zombie = Number(line);
    expect(isProcessAlive(zombie)).toBe(true);
    await expect.poll(() => readFile(`/proc/${parent.pid}/comm`, "utf8")).toBe("sleep\n");
    process.kill(zombie, "SIGKILL");
    await expect.poll(() => isProcessAlive(zombie)).toBe(false);
    expect(() => process.kill(zombie, 0)).not.toThrow();
    expect(processStartToken(zombie)).toBeUndefined();
    expect(livenessOf(processTag().replace(/-\d+-\d+$/, `-${zombie}-1`))).toBe("dead");
  });

  it("that is paused is alive", async () => {
    const child = await start("sleep", "60");
    const token = processStartToken(child.pid);
    child.kill("SIGSTOP");
    expect(isSameProcess(child.pid, token)).toBe(true);
    expect(isSameProcess(child.pid, "1")).toBe(false);
    expect(isSameProcess(child.pid, undefined)).toBe(true);
  });

  it("is told from a later one with its id, and from one of another machine", async () => {
    expect(livenessOf(processTag())).toBe("alive");
    expect(livenessOf(`${processTag()}-0a1b2c`)).toBe("alive");
    expect(livenessOf(processTag().replace(/\d+$/, "1"))).toBe("dead");
    expect(livenessOf(`000000000000-${processTag().split("-").slice(1).join("-")}`)).toBe("unknown");
    expect(livenessOf("made by something else")).toBe("unknown");
    const child = await start("sleep", "60");
    const tag = processTag().replace(/-\d+-\d+$/, `-${child.pid}-${processStartToken(child.pid)}`);
    expect(livenessOf(tag)).toBe("alive");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(livenessOf(tag)).toBe("dead");
  });
});

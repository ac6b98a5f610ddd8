import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ConfigManager } from "../src/index.js";

const WRITER = fileURLToPath(new URL("./writer-process.js", import.meta.url));

async function freshFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "codo-writers-")), "config.json");
}

/** A writer whose acknowledged saves gather in `saved`. */
function startWriter(
  file: string,
  name: string,
  count: number,
): { saved: string[]; process: ChildProcess; ended: Promise<void> } {
  const child = spawn(process.execPath, [WRITER, file, name, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
  const saved: string[] = [];
  let rest = "";
  child.stdout.on("data", (data: Buffer) => {
    const lines = (rest + data.toString()).split("\n");
    rest = lines.pop() ?? "";
    saved.push(...lines);
  });
  return { saved, process: child, ended: new Promise((resolve) => child.on("close", () => resolve())) };
}

async function modelsIn(file: string): Promise<string[]> {
  return Object.keys(JSON.parse(await readFile(file, "utf8")).models);
}

describe("several writers", () => {
  it("never lose each other's changes inside a process", async () => {
    const file = await freshFile();
    const managers = Array.from({ length: 4 }, () => new ConfigManager(file, { env: {} }));
    const saves = managers.flatMap((config, m) =>
      Array.from({ length: 5 }, (_, n) => config.saveModelConfig(`m${m}-${n}`, { seed: n })),
    );
    expect(await Promise.all(saves)).not.toContain(false);
    expect(await modelsIn(file)).toHaveLength(20);
  });

  it("never lose each other's changes across processes, and leave nothing behind", async () => {
    const file = await freshFile();
    const writers = ["a", "b", "c"].map((name) => startWriter(file, name, 10));
    await Promise.all(writers.map(({ ended }) => ended));
    const saved = writers.flatMap((writer) => writer.saved);
    expect(saved).toHaveLength(30);
    expect((await modelsIn(file)).sort()).toEqual(saved.sort());
    expect(await readdir(dirname(file))).toEqual(["config.json"]);
  });

  it("keep every acknowledged change when processes are killed, and the file is never torn or locked for ever", async () => {
    const file = await freshFile();
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round++) {
      const victim = startWriter(file, `victim${round}`, 10_000);
      const peer = startWriter(file, `peer${round}`, 3);
      await peer.ended;
      victim.process.kill("SIGKILL");
      await victim.ended;
      acknowledged.push(...victim.saved, ...peer.saved);
    }
    const config = new ConfigManager(file, { env: {} });
    expect(await config.updateConfig({ defaultModel: "after" }), config.lastError?.message).toBe(true);
    expect(await modelsIn(file)).toEqual(expect.arrayContaining(acknowledged));
    expect(await readdir(dirname(file))).toEqual(["config.json"]);
  });
});

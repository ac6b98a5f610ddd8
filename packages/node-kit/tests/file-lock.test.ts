import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { lockFile, processTag, withFileLock } from "../src/index.js";

const SCRIPT = fileURLToPath(new URL("lock-process.js", import.meta.url));
const SHORT = { heartbeatMs: 100, abandonedAfterMs: 1_000 };
const canUnshare = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status === 0;

async function makeFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "codo-lock-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "data.json");
}

/** A process that wants the lock, and what it says. */
class Contender {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(file: string, { inContainer = false, times = {}, count = 0 }) {
    const command = [process.execPath, SCRIPT, file, JSON.stringify(times), String(count)];
    const whole = inContainer ? ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", ...command] : command;
    this.process = spawn(whole[0] as string, whole.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
    this.process.stderr.pipe(process.stderr);
    this.process.stdin.on("error", () => undefined);
    this.#lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    onTestFinished(() => void this.process.kill("SIGKILL"));
  }

  async says(): Promise<string> {
    return (await this.#lines.next()).value ?? "nothing";
  }

  async isStillHolder(): Promise<string> {
    this.process.stdin.write("?\n");
    return await this.says();
  }

  /** The process itself, where `unshare` stands before it. */
  async pid(): Promise<number> {
    const own = this.process.pid ?? 0;
    if (!this.process.spawnfile.endsWith("unshare")) return own;
    return Number(await readFile(`/proc/${own}/task/${own}/children`, "utf8"));
  }
}

describe("a file lock", () => {
  it("is held by one at a time, among processes and inside one", async () => {
    const file = await makeFile();
    const contenders = Array.from({ length: 4 }, () => new Contender(file, { count: 15 }));
    let inside = 0;
    const here = Array.from({ length: 10 }, () =>
      withFileLock(
        file,
        async () => {
          expect(++inside).toBe(1);
          await new Promise(setImmediate);
          inside--;
        },
        { waitMs: 60_000 },
      ),
    );
    await Promise.all([...here, ...contenders.map(({ process }) => once(process, "exit"))]);
    const log = (await readFile(`${file}.log`, "utf8")).trim().split("\n");
    expect(log).toHaveLength(4 * 15 * 2);
    for (let index = 0; index < log.length; index += 2) {
      expect([log[index], log[index + 1]]).toEqual([log[index], log[index]?.replace("in", "out")]);
    }
    expect(await readdir(join(file, ".."))).toEqual(["data.json.log"]);
  });

  it("names its holder to who comes too late", async () => {
    const file = await makeFile();
    const lock = await lockFile(file);
    await expect(lockFile(file, { waitMs: 0 })).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      retryable: true,
      message: expect.stringContaining(`process ${process.pid}`),
      details: { file, pid: process.pid },
    });
    await lock.release();
    await (await lockFile(file, { waitMs: 0 })).release();
  });

  it("is free at once after its holder was killed", async () => {
    const file = await makeFile();
    const holder = new Contender(file, {});
    expect(await holder.says()).toBe("held");
    holder.process.kill("SIGKILL");
    await once(holder.process, "exit");
    await (await lockFile(file, { waitMs: 0 })).release();
  });

  it("is free at once after its holder was killed and nobody reaped it", async () => {
    const file = await makeFile();
    // What the shell began is a child of what the shell became, which never asks for it.
    const parent = spawn(
      "sh",
      ["-c", '"$0" "$1" "$2" <&3 & echo $!; exec sleep 60 3<&-', process.execPath, SCRIPT, file],
      {
        stdio: ["ignore", "pipe", "inherit", "pipe"],
      },
    );
    onTestFinished(() => void parent.kill("SIGKILL"));
    const lines = createInterface({ input: parent.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const said = [(await lines.next()).value, (await lines.next()).value];
    const pid = Number(said.find((line) => line !== "held"));
    expect(said).toContain("held");
    process.kill(pid, "SIGKILL");
    await expect.poll(() => readFile(`/proc/${pid}/stat`, "utf8")).toContain(") Z ");
    await (await lockFile(file, { waitMs: 0 })).release();
  });

  it("stays with a holder that is paused, however long", async () => {
    const file = await makeFile();
    const holder = new Contender(file, { times: SHORT });
    expect(await holder.says()).toBe("held");
    holder.process.kill("SIGSTOP");
    const [name = ""] = await readdir(join(file, ".."));
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(file, "..", name), longAgo, longAgo);
    await expect(lockFile(file, { waitMs: 0, ...SHORT })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    holder.process.kill("SIGCONT");
    expect(await holder.isStillHolder()).toBe("still held");
  });

  it("of an unknown process is free only when it was not touched for long", async () => {
    const file = await makeFile();
    const foreign = join(file, "..", `.data.json.lock-000000000000-1-5-0a0b0c`);
    await writeFile(foreign, "");
    await expect(lockFile(file, { waitMs: 0 })).rejects.toThrow("another machine or container");
    const longAgo = new Date(Date.now() - 70_000);
    await utimes(foreign, longAgo, longAgo);
    await (await lockFile(file, { waitMs: 0 })).release();
    expect(await readdir(join(file, ".."))).toEqual([]);
  });

  it("of an earlier process with the same id is free", async () => {
    const file = await makeFile();
    await writeFile(join(file, "..", `.data.json.lock-${processTag().replace(/\d+$/, "7")}-0a0b0c`), "");
    await (await lockFile(file, { waitMs: 0 })).release();
  });

  it("that somebody deleted is lost, and its holder knows", async () => {
    const file = await makeFile();
    const lock = await lockFile(file);
    await lock.assertHeld();
    for (const name of await readdir(join(file, ".."))) await rm(join(file, "..", name));
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    await lock.release();
  });

  it("works for names as long as the file system takes", async () => {
    const file = join(await makeFile(), "..", "x".repeat(250));
    const lock = await lockFile(file);
    await expect(lockFile(file, { waitMs: 0 })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await lock.release();
  });
});

describe.runIf(canUnshare)("a file lock between containers that share a folder and a host name", () => {
  it("is held by one at a time", async () => {
    const file = await makeFile();
    const contenders = Array.from(
      { length: 4 },
      (_, index) => new Contender(file, { inContainer: index % 2 === 0, count: 10 }),
    );
    await Promise.all(contenders.map(({ process }) => once(process, "exit")));
    const log = (await readFile(`${file}.log`, "utf8")).trim().split("\n");
    expect(log).toHaveLength(4 * 10 * 2);
    for (let index = 0; index < log.length; index += 2) expect(log[index + 1]).toBe(log[index]?.replace("in", "out"));
  });

  it("keeps others out for as long as the holder lives, and lets them in a while after it was killed", async () => {
    const file = await makeFile();
    const holder = new Contender(file, { inContainer: true, times: SHORT });
    expect(await holder.says()).toBe("held");
    const second = new Contender(file, { inContainer: true, times: SHORT });
    expect(await second.says()).toContain("refused");
    // Longer than a lock stays whose holder shows no sign of life.
    await expect(lockFile(file, { ...SHORT, waitMs: 2 * SHORT.abandonedAfterMs })).rejects.toThrow("another machine");
    process.kill(await holder.pid(), "SIGKILL");
    await (await lockFile(file, { ...SHORT, waitMs: 30_000 })).release();
  });

  it("is lost by a holder that was paused for long, who knows it when it goes on", async () => {
    const file = await makeFile();
    const holder = new Contender(file, { inContainer: true, times: SHORT });
    expect(await holder.says()).toBe("held");
    const pid = await holder.pid();
    process.kill(pid, "SIGSTOP");
    const lock = await lockFile(file, { ...SHORT, waitMs: 30_000 });
    process.kill(pid, "SIGCONT");
    expect(await holder.isStillHolder()).toBe("lost");
    await lock.assertHeld();
    await lock.release();
  });

  it("stays with a holder that was paused when nobody wanted it meanwhile", async () => {
    const file = await makeFile();
    const holder = new Contender(file, { inContainer: true, times: SHORT });
    expect(await holder.says()).toBe("held");
    const pid = await holder.pid();
    process.kill(pid, "SIGSTOP");
    const [name = ""] = await readdir(join(file, ".."));
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(file, "..", name), longAgo, longAgo);
    process.kill(pid, "SIGCONT");
    expect(await holder.isStillHolder()).toBe("still held");
    await expect(lockFile(file, { ...SHORT, waitMs: 0 })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});

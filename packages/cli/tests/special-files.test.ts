import { spawn, spawnSync } from "node:child_process";
import { lstat, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@codo/test-utils";
import { beforeAll, describe, expect, it } from "vitest";
import { type CliHome, type CliRun, CODO, createHome, ended } from "./support/cli-harness.js";

const SLOW = 60_000;
let home: CliHome;

beforeAll(async () => {
  home = await createHome(`127.0.0.1:${await freePort()}`);
  await home.codo(["config", "set", "defaultModel", "mine"]);
}, SLOW);

/** Runs a line of the shell in which `codo` is the built command. */
async function shell(line: string): Promise<CliRun> {
  const script = `codo() { "$NODE" "$CODO" "$@"; }; ${line}`;
  const env = { ...home.env, NODE: process.execPath, CODO };
  return await ended(spawn("sh", ["-c", script], { env, cwd: home.folder }));
}

describe("`codo config export /dev/stdout`", () => {
  it("writes through into a pipe and into a file, and leaves the link as it was", { timeout: SLOW }, async () => {
    const before = await readlink("/dev/stdout");
    const piped = await shell("codo config export /dev/stdout --quiet | cat");
    expect(piped.stderr).toBe("");
    expect(JSON.parse(piped.stdout)).toMatchObject({ settings: { defaultModel: "mine" } });
    const file = join(home.folder, "exported.json");
    await shell("codo config export /dev/stdout --quiet > exported.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ settings: { defaultModel: "mine" } });
    expect((await lstat("/dev/stdout")).isSymbolicLink()).toBe(true);
    expect(await readlink("/dev/stdout")).toBe(before);
  });
});

describe("--config on a named pipe", () => {
  it("reads what a writer sends", { timeout: SLOW }, async () => {
    const fifo = join(home.folder, "written");
    spawnSync("mkfifo", [fifo]);
    await writeFile(join(home.folder, "sent.json"), '{ "defaultModel": "piped" }');
    const { stdout, stderr, status } = await shell("cat sent.json > written & codo --config written config list; wait");
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/defaultModel\s+"piped"/);
  });

  it("ends with what is wrong where nobody writes", { timeout: SLOW }, async () => {
    spawnSync("mkfifo", [join(home.folder, "silent")]);
    const { stderr, status } = await home.codo(["--config", "silent", "config", "list"]);
    expect(stderr).toContain("it is a pipe that nobody writes to");
    expect(status).toBe(1);
    const changed = await home.codo(["--config", "silent", "config", "set", "defaultModel", "x"]);
    expect(changed.stderr).toContain("a named pipe, not a regular file");
    expect(changed.status).toBe(1);
    expect((await lstat(join(home.folder, "silent"))).isFIFO()).toBe(true);
  });
});

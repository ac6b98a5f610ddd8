import { execFile, spawn } from "node:child_process";
import { chmod, lstat, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { readTextFile } from "../text/read-text.js";
import { replaceFile } from "./replace-file.js";

const run = promisify(execFile);

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "codo-replace-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("replaceFile", () => {
  it("makes a file, replaces it with its mode, and leaves nothing else", async () => {
    const file = join(await makeFolder(), "a.json");
    await replaceFile(file, "one");
    await chmod(file, 0o640);
    await replaceFile(file, "two");
    expect([await readFile(file, "utf8"), (await stat(file)).mode & 0o777]).toEqual(["two", 0o640]);
    await replaceFile(file, "three", { mode: 0o600 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(file, ".."))).toEqual(["a.json"]);
  });

  it("keeps a symbolic link, also one that leads nowhere yet, and replaces what is behind it", async () => {
    const folder = await makeFolder();
    await symlink("second", join(folder, "first"));
    await symlink("real.json", join(folder, "second"));
    for (const text of ["made", "replaced"]) {
      await replaceFile(join(folder, "first"), text);
      expect(await readFile(join(folder, "real.json"), "utf8")).toBe(text);
      expect([await readlink(join(folder, "first")), await readlink(join(folder, "second"))]).toEqual([
        "second",
        "real.json",
      ]);
    }
  });

  it("leaves the old content when the check before the change fails", async () => {
    const file = join(await makeFolder(), "a.json");
    await writeFile(file, "old");
    const beforeRename = () => Promise.reject(new Error("lost"));
    await expect(replaceFile(file, "new", { beforeRename })).rejects.toThrow("lost");
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(join(file, ".."))).toEqual(["a.json"]);
  });

  it("refuses folders and circles of links", async () => {
    const folder = await makeFolder();
    await symlink("b", join(folder, "a"));
    await symlink("a", join(folder, "b"));
    await expect(replaceFile(folder, "x")).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(replaceFile(join(folder, "a"), "x")).rejects.toMatchObject({ details: { errno: "ELOOP" } });
  });

  it("never replaces a device, named itself or by a link", async () => {
    const folder = await makeFolder();
    const link = join(folder, "link");
    await symlink("/dev/null", link);
    for (const file of ["/dev/null", link]) {
      await expect(replaceFile(file, "x")).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        message: expect.stringContaining("a device, not a regular file"),
      });
      await replaceFile(file, "x", { special: "write" });
    }
    expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
    expect(await readlink(link)).toBe("/dev/null");
  });

  it("writes through to a pipe that somebody reads, and does not hang on one that nobody reads", async () => {
    const pipe = join(await makeFolder(), "pipe");
    await run("mkfifo", [pipe]);
    await expect(replaceFile(pipe, "x", { special: "write" })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    const text = "long ".repeat(100_000);
    const reader = run("cat", [pipe], { maxBuffer: 1e7 });
    await expect
      .poll(() =>
        replaceFile(pipe, text, { special: "write" }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect((await reader).stdout).toBe(text);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });
});

describe("readTextFile", () => {
  it("says what could not be read and why", async () => {
    const folder = await makeFolder();
    await expect(readTextFile(join(folder, "none"))).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      details: { errno: "ENOENT", path: join(folder, "none") },
    });
    await expect(readTextFile(folder)).rejects.toMatchObject({ details: { errno: "EISDIR" } });
  });

  it("finds the null device empty and does not begin with one that never ends", async () => {
    expect(await readTextFile("/dev/null")).toBe("");
    await expect(readTextFile("/dev/zero")).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });

  it("reads a pipe to its end, and gives up on one that nobody writes to", async () => {
    const pipe = join(await makeFolder(), "pipe");
    await run("mkfifo", [pipe]);
    await expect(readTextFile(pipe)).rejects.toThrow("nobody writes");
    const text = "long ".repeat(100_000);
    const writer = spawn("sh", ["-c", `printf %s "$0" > ${pipe}`, text.slice(0, 100_000)], { stdio: "ignore" });
    expect(await readTextFile(pipe)).toBe(text.slice(0, 100_000));
    expect(writer.exitCode ?? 0).toBe(0);
  });
});

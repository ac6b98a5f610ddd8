import { execFile } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { writeExport } from "../portable/write-export.js";
import { SettingsFile } from "./settings-file.js";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "codo-settings-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const change = { path: ["defaultModel"], value: "codo-tiny" };

it("refuses to keep settings in a device or a pipe, which stays what it is", async () => {
  const folder = await makeFolder();
  const [link, pipe] = [join(folder, "link.json"), join(folder, "pipe.json")];
  await symlink("/dev/null", link);
  await promisify(execFile)("mkfifo", [pipe]);
  for (const path of ["/dev/null", link, pipe]) {
    const file = new SettingsFile(path);
    await expect(file.change(() => [change])).rejects.toThrow("not a regular file");
    await expect(file.reset(new Date())).rejects.toThrow("not a regular file");
  }
  expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
  expect([await readlink(link), (await lstat(pipe)).isFIFO()]).toEqual(["/dev/null", true]);
  expect((await readdir(folder)).sort()).toEqual(["link.json", "pipe.json"]);
  expect((await readdir("/dev")).filter((name) => name.includes("null."))).toEqual([]);
});

it("finds no settings in the null device, and writes an export to it", async () => {
  expect((await new SettingsFile("/dev/null").read())?.settings).toMatchObject({});
  await writeExport("/dev/null", { settings: {} } as never);
  expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
});

it("changes the file behind a symbolic link, also one that is not there yet", async () => {
  const folder = await makeFolder();
  const link = join(folder, "link.json");
  await symlink(join(folder, "real.json"), link);
  await new SettingsFile(link).change(() => [change]);
  expect(JSON.parse(await readFile(join(folder, "real.json"), "utf8"))).toMatchObject({ defaultModel: "codo-tiny" });
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

it.each(["utf8", "utf16le"] as const)("reads settings in %s with a byte order mark", async (encoding) => {
  const file = join(await makeFolder(), "config.json");
  await writeFile(file, '\uFEFF{ "defaultModel": "größe" }', encoding);
  expect((await new SettingsFile(file).read())?.settings).toEqual({ defaultModel: "größe" });
});

it("says where settings are no text, and leaves them", async () => {
  const file = join(await makeFolder(), "config.json");
  await writeFile(file, '{ "defaultModel": "caf\xe9" }', "latin1");
  await expect(new SettingsFile(file).change(() => [change])).rejects.toMatchObject({
    code: "INVALID_CONFIG",
    message: expect.stringContaining(`${file} is not text that can be read: 0xe9`),
    details: { file, offset: 22 },
  });
  expect(await readFile(file, "latin1")).toContain("caf\xe9");
});

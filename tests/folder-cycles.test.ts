import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "../scripts/folder-cycles.js");
const A_TO_B = 'import { b } from "../b/b.js";\n';
const B_TO_A = 'import type { A } from "../a/a.js";\n';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function check(files: Record<string, string>): { status: number | null; text: string } {
  const root = mkdtempSync(join(tmpdir(), "codo-folders-"));
  folders.push(root);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(`packages/p/src/${path}`, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: "utf8" });
  return { status, text: stdout + stderr };
}

it("two folders that import each other fail, types and dynamic imports too, with the files named", () => {
  const { status, text } = check({ "a/a.ts": A_TO_B, "b/b.ts": B_TO_A });
  expect(status).toBe(1);
  expect(text).toContain("a/a.ts imports b/b.js");
  expect(text).toContain("b/b.ts imports a/a.js");
  expect(check({ "a/a.ts": 'await import("../b/b.js");', "b/b.ts": B_TO_A }).status).toBe(1);
});

it("a longer circle fails; a test may import what it likes", () => {
  const circle = { "a/a.ts": A_TO_B, "b/b.ts": 'import "../c/c.js";', "c/c.ts": B_TO_A };
  expect(check(circle)).toMatchObject({
    status: 1,
    text: expect.stringMatching(/a\.ts imports .*b\.ts imports .*c\.ts imports a/s),
  });
  expect(check({ "a/a.ts": A_TO_B, "b/b.test.ts": B_TO_A }).status).toBe(0);
});

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

function check(listed: string[], files: Record<string, string>): { status: number | null; text: string } {
  const root = mkdtempSync(join(tmpdir(), "codo-folders-"));
  folders.push(root);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("scripts/folder-cycles.json", JSON.stringify({ p: listed }));
  for (const [path, text] of Object.entries(files)) write(`packages/p/src/${path}`, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: "utf8" });
  return { status, text: stdout + stderr };
}

it("two folders that import each other fail, types and dynamic imports too, with the files named", () => {
  const { status, text } = check([], { "a/a.ts": A_TO_B, "b/b.ts": B_TO_A });
  expect(status).toBe(1);
  expect(text).toContain("a <> b");
  expect(text).toContain("a/a.ts imports b/b.js");
  expect(text).toContain("b/b.ts imports a/a.js");
  expect(check([], { "a/a.ts": 'await import("../b/b.js");', "b/b.ts": B_TO_A }).status).toBe(1);
});

it("a listed pair passes, and fails once it is gone", () => {
  expect(check(["a <> b"], { "a/a.ts": A_TO_B, "b/b.ts": B_TO_A }).status).toBe(0);
  const gone = check(["a <> b"], { "a/a.ts": A_TO_B, "b/b.ts": "" });
  expect(gone).toMatchObject({ status: 1, text: expect.stringContaining("take it off the list") });
});

it("a longer circle fails in a package without pairs; a test may import what it likes", () => {
  const circle = { "a/a.ts": A_TO_B, "b/b.ts": 'import "../c/c.js";', "c/c.ts": B_TO_A };
  expect(check([], circle)).toMatchObject({ status: 1, text: expect.stringContaining("a > b > c > a") });
  expect(check([], { "a/a.ts": A_TO_B, "b/b.test.ts": B_TO_A }).status).toBe(0);
});

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("`pnpm codo` takes paths from the folder in which it was called, not from the clone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "codo-called-"));
  try {
    const script = join(import.meta.dirname, "../scripts/codo.js");
    const args = [script, "config", "set", "temperature", "0.5", "--config", "mine.json"];
    // As pnpm calls scripts: in the clone, with the caller's folder in a variable.
    await promisify(execFile)(process.execPath, args, {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, HOME: folder, INIT_CWD: folder },
    });
    expect(JSON.parse(await readFile(join(folder, "mine.json"), "utf8"))).toMatchObject({
      options: { temperature: 0.5 },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

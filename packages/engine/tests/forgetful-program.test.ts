import { execFile } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("./fixtures/forgetful-program.mjs", import.meta.url));

it("lets a program end that never stopped its engine, and leaves nothing behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "codo-forgetful-"));
  const { OLLAMA_HOST: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...env, TMPDIR: folder, CODO_STATE_DIR: folder },
  });
  const outcome = JSON.parse(stdout) as { success: boolean; response: string; source: string };
  // Where a real Ollama answers at its own port, the engine was not needed and there is nothing to forget.
  if (outcome.source === "embedded") {
    expect(outcome.success).toBe(true);
    expect(outcome.response).toContain("Paris");
  }
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
});

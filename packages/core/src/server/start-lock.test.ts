import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { withStartLock } from "./start-lock.js";

it("a lock that was left empty by a process killed while writing it holds nobody up for ever", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "codo-lock-"));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  const file = join(stateDir, "server.lock");
  await writeFile(file, "");
  await expect(withStartLock(stateDir, 20, async () => "done")).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(file, longAgo, longAgo);
  expect(await withStartLock(stateDir, 20_000, async () => "done")).toBe("done");
});

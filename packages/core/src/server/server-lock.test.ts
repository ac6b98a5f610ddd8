import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockFile } from "@codo/ollama-node-kit";
import { expect, it, onTestFinished } from "vitest";
import { serverRecordFile, serversFolder } from "./server-files.js";
import { withServerLock } from "./server-lock.js";

const placeIn = (stateDir: string) => ({ stateDir, url: "http://127.0.0.1:11434" });

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "codo-lock-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it("lets one start at a time, and leaves nothing behind", async () => {
  const stateDir = await makeFolder();
  let inside = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withServerLock(placeIn(stateDir), 20_000, async () => {
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        inside--;
      }),
    ),
  );
  expect(await readdir(serversFolder(stateDir))).toEqual([]);
});

it("says who has been starting a server, when that takes too long", async () => {
  const stateDir = await makeFolder();
  await mkdir(serversFolder(stateDir), { recursive: true });
  const lock = await lockFile(serverRecordFile(placeIn(stateDir)));
  const start = withServerLock(placeIn(stateDir), 20, async () => "done");
  await expect(start).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
  await expect(start).rejects.toThrow(`process ${process.pid}`);
  await lock.release();
  expect(await withServerLock(placeIn(stateDir), 20_000, async () => "done")).toBe("done");
});

import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { lastingServerStatus, startLastingServer, stopLastingServer } from "../src/server/lasting-server.js";
import { OllamaServer } from "../src/server/ollama-server.js";
import { readServerRecord, serverRecordFile } from "../src/server/server-record.js";
import { FAKE_OLLAMA, type FakePlace, fakePlace, isAlive, listen } from "./support/fake-ollama.js";

const places: FakePlace[] = [];
afterEach(async () => {
  for (const { stateDir } of places.splice(0)) await stopLastingServer({ stateDir });
});

async function place(...behaviour: Parameters<typeof fakePlace>): Promise<FakePlace & { ollamaBinary: string }> {
  const made = await fakePlace(...behaviour);
  places.push(made);
  return { ...made, ollamaBinary: FAKE_OLLAMA };
}

it("is started, found, and stopped by other programs through its record", async () => {
  const { starts, ...start } = await place();
  const started = await startLastingServer(start);
  expect(started).toMatchObject({ source: "lasting", url: start.url, answers: true, version: "0.0.0-fake" });
  expect(await lastingServerStatus(start)).toEqual(started);
  const { host, env, stateDir } = start;
  expect(await new OllamaServer({ host, env, stateDir }).ensure()).toMatchObject({
    source: "lasting",
    pid: started.pid,
  });
  expect(await readFile(join(start.stateDir, "server.log"), "utf8")).toContain("Listening");
  const stopped = await stopLastingServer(start);
  expect(stopped?.pid).toBe(started.pid);
  expect(isAlive(started.pid ?? 0)).toBe(false);
  expect(await lastingServerStatus(start)).toBeUndefined();
  expect(await stopLastingServer(start)).toBeUndefined();
  expect(await starts()).toHaveLength(1);
});

it("is started once by two commands at the same moment", async () => {
  const { starts, ...start } = await place("slow");
  const [a, b] = await Promise.all([startLastingServer(start), startLastingServer(start)]);
  expect(a.pid).toBe(b.pid);
  expect(await starts()).toHaveLength(1);
});

it("is not started where one answers already, which is not stopped either", async () => {
  const { starts, ...start } = await place();
  const other = await listen((_, response) => response.end(JSON.stringify({ version: "9" })));
  const info = await startLastingServer({ ...start, host: other.host });
  expect(info).toEqual({ url: `http://${other.host}`, source: "running", version: "9" });
  expect(await stopLastingServer(start)).toBeUndefined();
  expect((await fetch(info.url)).ok).toBe(true);
  expect(await starts()).toEqual([]);
  await other.close();
});

it("can be an engine on a free port, which a server without a named host finds and does not stop", async () => {
  const { starts, ...start } = await place();
  const { host: _, ...unnamed } = start;
  const hasOllama = (await new OllamaServer({ env: start.env, stateDir: start.stateDir }).find()) !== undefined;
  const started = await startLastingServer({
    ...unnamed,
    ollamaBinary: "no-such-ollama",
    engineCommand: ({ host, port }) => ({
      command: FAKE_OLLAMA,
      args: [],
      env: { ...start.env, OLLAMA_HOST: `${host}:${port}` },
    }),
  });
  expect(started.source).toBe(hasOllama ? "running" : "lasting");
  const server = new OllamaServer({ env: start.env, stateDir: start.stateDir, ollamaBinary: "no-such-ollama" });
  expect(await server.ensure()).toMatchObject({ url: started.url, source: started.source });
  await server.stop();
  expect((await server.health()).status === "up" || !hasOllama).toBe(true);
  expect(await starts()).toHaveLength(hasOllama ? 0 : 1);
  if (!hasOllama) expect(isAlive(started.pid ?? 0)).toBe(true);
});

it("that ends at once is an error with its last lines, and nothing is recorded", async () => {
  const { starts: _, ...start } = await place("exit");
  await expect(startLastingServer(start)).rejects.toMatchObject({
    code: "SERVER_UNAVAILABLE",
    message: expect.stringMatching(/did not serve at http[\s\S]*permission denied/),
  });
  expect(await readServerRecord(start.stateDir)).toBeUndefined();
});

it("that hangs is stopped and an error within the deadline", async () => {
  const { starts, ...start } = await place("hang");
  await expect(startLastingServer({ ...start, startTimeoutMs: 500 })).rejects.toThrow(/did not serve/);
  for (const pid of await starts()) expect(isAlive(pid)).toBe(false);
});

it("without a program says what to do", async () => {
  const { starts: _, ...start } = await place();
  await expect(startLastingServer({ ...start, ollamaBinary: "no-such-ollama" })).rejects.toThrow(/install Ollama/i);
});

it("whose process is gone, or whose process id is another's now, is forgotten and nobody is killed", async () => {
  const { starts: _, ...start } = await place();
  const started = await startLastingServer(start);
  const record = await readServerRecord(start.stateDir);
  await stopLastingServer(start);
  await writeFile(serverRecordFile(start.stateDir), JSON.stringify(record));
  expect(await lastingServerStatus(start)).toBeUndefined();
  expect(started.pid).toBe(record?.pid);

  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)"], { stdio: "ignore" });
  await new Promise((resolve) => stranger.once("spawn", resolve));
  await writeFile(serverRecordFile(start.stateDir), JSON.stringify({ ...record, pid: stranger.pid, startToken: "1" }));
  expect(await stopLastingServer(start)).toBeUndefined();
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
  stranger.kill();
});

it("has a record that cannot be read taken as none", async () => {
  const { starts: _, ...start } = await place();
  await writeFile(serverRecordFile(start.stateDir), '{"schemaVersion":');
  expect(await lastingServerStatus(start)).toBeUndefined();
});

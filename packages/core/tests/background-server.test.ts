import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { freePort } from "@codo/test-utils";
import { afterEach, expect, it } from "vitest";
import {
  backgroundServerStatus,
  backgroundServers,
  startBackgroundServer,
  stopBackgroundServer,
} from "../src/server/background-server.js";
import { OllamaServer } from "../src/server/ollama-server.js";
import { serverLogFile, serverRecordFile } from "../src/server/server-files.js";
import { readServerRecord } from "../src/server/server-record.js";
import { FAKE_OLLAMA, type FakePlace, fakePlace, isAlive, listen } from "./support/fake-ollama.js";

const places: FakePlace[] = [];
afterEach(async () => {
  for (const { stateDir } of places.splice(0)) {
    for (const { url } of await backgroundServers({ stateDir })) await stopBackgroundServer({ stateDir, host: url });
  }
});

async function place(...behaviour: Parameters<typeof fakePlace>): Promise<FakePlace & { ollamaBinary: string }> {
  const made = await fakePlace(...behaviour);
  places.push(made);
  return { ...made, ollamaBinary: FAKE_OLLAMA };
}

it("is started, found, and stopped by other programs through its record", async () => {
  const { starts, ...start } = await place();
  const started = await startBackgroundServer(start);
  expect(started).toMatchObject({ source: "background", url: start.url, answers: true, version: "0.0.0-fake" });
  expect(await backgroundServerStatus(start)).toEqual(started);
  const { host, env, stateDir } = start;
  expect(await new OllamaServer({ host, env, stateDir }).ensure()).toMatchObject({
    source: "background",
    pid: started.pid,
  });
  expect(await readFile(serverLogFile(start), "utf8")).toContain("Listening");
  const stopped = await stopBackgroundServer(start);
  expect(stopped?.pid).toBe(started.pid);
  expect(isAlive(started.pid ?? 0)).toBe(false);
  expect(await backgroundServerStatus(start)).toBeUndefined();
  expect(await stopBackgroundServer(start)).toBeUndefined();
  expect(await starts()).toHaveLength(1);
});

it("is started once by two commands at the same moment", async () => {
  const { starts, ...start } = await place("slow");
  const [a, b] = await Promise.all([startBackgroundServer(start), startBackgroundServer(start)]);
  expect(a.pid).toBe(b.pid);
  expect(await starts()).toHaveLength(1);
});

it("is not started where one answers already, which is not stopped either", async () => {
  const { starts, ...start } = await place();
  const other = await listen((_, response) => response.end(JSON.stringify({ version: "9" })));
  const info = await startBackgroundServer({ ...start, host: other.host });
  expect(info).toEqual({ url: `http://${other.host}`, source: "running", version: "9" });
  expect(await stopBackgroundServer(start)).toBeUndefined();
  expect((await fetch(info.url)).ok).toBe(true);
  expect(await starts()).toEqual([]);
  await other.close();
});

it("can be an engine on a free port, which a server without a named host finds and does not stop", async () => {
  const { starts, ...start } = await place();
  const { host: _, ...unnamed } = start;
  const hasOllama = (await new OllamaServer({ env: start.env, stateDir: start.stateDir }).find()) !== undefined;
  const started = await startBackgroundServer({
    ...unnamed,
    ollamaBinary: "no-such-ollama",
    engineCommand: ({ host, port }) => ({
      command: FAKE_OLLAMA,
      args: [],
      env: { ...start.env, OLLAMA_HOST: `${host}:${port}` },
    }),
  });
  expect(started.source).toBe(hasOllama ? "running" : "background");
  const server = new OllamaServer({ env: start.env, stateDir: start.stateDir, ollamaBinary: "no-such-ollama" });
  expect(await server.ensure()).toMatchObject({ url: started.url, source: started.source });
  await server.stop();
  expect((await server.health()).status === "up" || !hasOllama).toBe(true);
  expect(await starts()).toHaveLength(hasOllama ? 0 : 1);
  if (!hasOllama) expect(isAlive(started.pid ?? 0)).toBe(true);
});

it("that ends at once is an error with its last lines, and nothing is recorded", async () => {
  const { starts: _, ...start } = await place("exit");
  await expect(startBackgroundServer(start)).rejects.toMatchObject({
    code: "SERVER_UNAVAILABLE",
    message: expect.stringMatching(/did not serve at http[\s\S]*permission denied/),
  });
  expect(await readServerRecord(start)).toBeUndefined();
});

it("that hangs is stopped and an error within the deadline", async () => {
  const { starts, ...start } = await place("hang");
  await expect(startBackgroundServer({ ...start, startTimeoutMs: 500 })).rejects.toThrow(/did not serve/);
  for (const pid of await starts()) expect(isAlive(pid)).toBe(false);
});

it("without a program says what to do", async () => {
  const { starts: _, ...start } = await place();
  await expect(startBackgroundServer({ ...start, ollamaBinary: "no-such-ollama" })).rejects.toThrow(/install Ollama/i);
});

it("whose process is gone, or whose process id is another's now, is forgotten and nobody is killed", async () => {
  const { starts: _, ...start } = await place();
  const started = await startBackgroundServer(start);
  const record = await readServerRecord(start);
  await stopBackgroundServer(start);
  await writeFile(serverRecordFile(start), JSON.stringify(record));
  expect(await backgroundServerStatus(start)).toBeUndefined();
  expect(started.pid).toBe(record?.pid);

  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)"], { stdio: "ignore" });
  await new Promise((resolve) => stranger.once("spawn", resolve));
  await writeFile(serverRecordFile(start), JSON.stringify({ ...record, pid: stranger.pid, startToken: "1" }));
  expect(await stopBackgroundServer(start)).toBeUndefined();
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
  stranger.kill();
});

it("has a record that cannot be read taken as none", async () => {
  const { starts: _, ...start } = await place();
  await mkdir(dirname(serverRecordFile(start)), { recursive: true });
  await writeFile(serverRecordFile(start), '{"schemaVersion":');
  expect(await backgroundServerStatus(start)).toBeUndefined();
});

it("has a record and a log for each address, and the one that is named is stopped", async () => {
  const { starts: _, host: first, url: firstUrl, ...start } = await place();
  const second = `127.0.0.1:${await freePort()}`;
  const [a, b] = await Promise.all([
    startBackgroundServer({ ...start, host: first }),
    startBackgroundServer({ ...start, host: second }),
  ]);
  expect(a.pid).not.toBe(b.pid);
  expect((await backgroundServers(start)).map(({ url }) => url).sort()).toEqual([a.url, b.url].sort());
  const logs = await Promise.all((await backgroundServers(start)).map(({ logFile }) => readFile(logFile, "utf8")));
  for (const log of logs) expect(log.match(/Listening/g)).toHaveLength(1);

  await expect(stopBackgroundServer(start)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  expect(await stopBackgroundServer({ ...start, host: `127.0.0.1:${await freePort()}` })).toBeUndefined();
  expect([a.pid, b.pid].filter((pid) => isAlive(pid ?? 0))).toHaveLength(2);
  // The names of the loopback interface are one address.
  expect(await stopBackgroundServer({ ...start, host: second.replace("127.0.0.1", "localhost") })).toMatchObject({
    pid: b.pid,
  });
  expect(isAlive(b.pid ?? 0)).toBe(false);
  expect(isAlive(a.pid ?? 0)).toBe(true);
  expect((await backgroundServerStatus(start))?.url).toBe(firstUrl);
  expect(await stopBackgroundServer(start)).toMatchObject({ pid: a.pid });
});

it("can be one that a program started for itself, which then stays when the program stops using it", async () => {
  const { starts, ...start } = await place();
  const { host, env, stateDir, ollamaBinary } = start;
  const program = new OllamaServer({ host, env, stateDir, ollamaBinary });
  const { pid } = await program.ensure();
  expect(await startBackgroundServer(start)).toMatchObject({ source: "background", pid });
  await program.stop();
  expect(isAlive(pid ?? 0)).toBe(true);
  expect(await stopBackgroundServer(start)).toMatchObject({ pid });
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await starts()).toHaveLength(1);
});

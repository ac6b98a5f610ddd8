import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findTool, needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

/** The registry that Debian packages. */
const PROGRAM = "docker-registry";

const closing: (() => Promise<unknown>)[] = [];

async function startRegistry(folder: string): Promise<string> {
  const configuration = join(folder, "registry.yml");
  const root = JSON.stringify(join(folder, "registry"));
  const storage = `storage: {filesystem: {rootdirectory: ${root}}}`;
  await writeFile(configuration, `version: 0.1\n${storage}\nhttp: {addr: "127.0.0.1:0"}\n`);
  const child = spawn(PROGRAM, ["serve", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  closing.push(async () => {
    child.kill();
    await ended;
  });
  let log = "";
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stderr.resume();
      return address;
    }
    log += `${line}\n`;
  }
  throw new Error(`${PROGRAM} ended: ${log}`);
}

describe("Debian's docker-registry", () => {
  needsTools(PROGRAM);
  let folder: string;
  let host: string;

  const engineWith = async (models: string): Promise<Engine> => {
    const engine = await startEngine({ models: join(folder, models) });
    closing.push(() => engine.stop());
    return engine;
  };
  const post = async (engine: Engine, path: string, body: object): Promise<string> =>
    await (await fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) })).text();

  beforeAll(async () => {
    if (findTool(PROGRAM) === undefined) return;
    folder = await mkdtemp(join(tmpdir(), "codo-docker-registry-"));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    host = await startRegistry(folder);
  });

  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it("takes a model from one engine and gives it to another, which runs it", async () => {
    const [here, there] = [await engineWith("here"), await engineWith("there")];
    const short = `${host}/me/tiny:latest`;
    const asked = { model: `http://${short}`, insecure: true, stream: false };
    await post(here, "/api/copy", { source: "codo-tiny", destination: short });
    expect(JSON.parse(await post(here, "/api/push", asked))).toEqual({ status: "success" });
    expect(JSON.parse(await post(there, "/api/pull", asked))).toEqual({ status: "success" });
    const manifest = join("manifests", host, "me", "tiny", "latest");
    expect(await readFile(join(folder, "there", manifest))).toEqual(await readFile(join(folder, "here", manifest)));
    const blobs = await readdir(join(folder, "there", "blobs"));
    expect(blobs.sort()).toEqual((await readdir(join(folder, "here", "blobs"))).sort());
    for (const blob of blobs) {
      const [a, b] = ["here", "there"].map((store) => readFile(join(folder, store, "blobs", blob)));
      expect((await a)?.equals((await b) ?? Buffer.alloc(0))).toBe(true);
    }
    const messages = [{ role: "user", content: "Why is the sky blue?" }];
    const chat = await post(there, "/api/chat", { model: short, messages, think: false, stream: false });
    expect((JSON.parse(chat) as { message: { content: string } }).message.content).toMatch(/blue/);
    // What is there already is not sent again.
    const again = await post(here, "/api/push", { ...asked, stream: true });
    expect(again).toContain('"completed"');
    expect(again.trim().endsWith('{"status":"success"}')).toBe(true);
  });

  it("says that it lacks a model in the words of a real server", async () => {
    const engine = await engineWith("empty");
    const answer = await post(engine, "/api/pull", { model: `http://${host}/me/nope`, insecure: true, stream: false });
    expect(JSON.parse(answer)).toEqual({ error: "pull model manifest: file does not exist" });
  });
});

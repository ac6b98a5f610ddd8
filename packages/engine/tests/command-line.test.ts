import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const EXECUTABLE = fileURLToPath(new URL("../bin/codo-engine.js", import.meta.url));

describe("codo-engine", () => {
  const running: ChildProcess[] = [];

  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });

  const run = (args: string[], env: Record<string, string> = {}): ChildProcess => {
    const child = spawn(process.execPath, [EXECUTABLE, ...args], { env: { ...process.env, ...env } });
    running.push(child);
    return child;
  };

  const untilListening = async (child: ChildProcess): Promise<string> => {
    let text = "";
    for await (const chunk of child.stderr ?? []) {
      text += String(chunk);
      const url = /Listening on (\S+)/.exec(text)?.[1];
      if (url !== undefined) return url;
    }
    throw new Error(`the engine ended: ${text}`);
  };

  it("serves until it is told to stop", async () => {
    const child = run(["serve"], {
      OLLAMA_HOST: "127.0.0.1:0",
      OLLAMA_MODELS: "/nowhere",
      OLLAMA_CONTEXT_LENGTH: "512",
    });
    const url = await untilListening(child);
    const body = JSON.stringify({ model: "codo-tiny-embed", input: "x" });
    expect((await fetch(`${url}/api/embed`, { method: "POST", body })).status).toBe(200);
    const loaded = (await (await fetch(`${url}/api/ps`)).json()) as { models: { context_length: number }[] };
    expect(loaded.models.map(({ context_length }) => context_length)).toEqual([512]);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("says why it can't listen", async () => {
    const first = run(["serve"], { OLLAMA_HOST: "127.0.0.1:0", OLLAMA_MODELS: "/nowhere" });
    const { host } = new URL(await untilListening(first));
    const second = run(["serve"], { OLLAMA_HOST: host, OLLAMA_MODELS: "/nowhere" });
    await expect(untilListening(second)).rejects.toThrow("EADDRINUSE");
  });

  it("explains itself", async () => {
    const help = run(["--help"]);
    expect(await once(help, "exit")).toEqual([0, null]);
    const wrong = run(["surf"]);
    expect(await once(wrong, "exit")).toEqual([2, null]);
  });
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ScriptedRegistry, startTestServer } from "@codo/test-utils";
import { expect, it } from "vitest";
import { createHome, startTestEngine } from "./support/cli-harness.js";

const GGUF = fileURLToPath(new URL("../../engine/models/codo-tiny/codo-tiny.gguf", import.meta.url));
const SCENARIO_MS = 300_000;

it(
  "where there is no Ollama, a model is pulled, run, chatted with, measured and removed",
  async () => {
    await using registry = await ScriptedRegistry.start();
    const layers = [{ mediaType: "application/vnd.ollama.image.model", content: await readFile(GGUF) }];
    const address = registry.put("real", layers, '{"model_format":"gguf"}');
    const model = address.replace("http://", "");
    const home = await createHome();
    const codo = async (args: readonly string[], stdin = ""): Promise<string> => {
      const run = await home.codo([...args, "--config", join(home.folder, "settings.json")], { stdin });
      expect(run.status, `${args.join(" ")}\n${run.stderr}`).toBe(0);
      return run.stdout;
    };
    await codo(["config", "set", "ollamaBinary", "no-such-ollama"]);

    const refused = await home.codo(["models", "pull", address, "--config", join(home.folder, "settings.json")]);
    expect(refused.status, refused.stderr).toBe(1);
    await codo(["models", "pull", address, "--insecure"]);
    const listed = JSON.parse(await codo(["models", "list", "--json"])) as { models: { name: string }[] };
    expect(listed.models.map(({ name }) => name)).toContain(`${model}:latest`);

    expect(await codo(["run", "-m", model, "Why is the sky blue?", "--think", "false"])).toMatch(/blue/);
    expect(await codo(["chat", "-m", model, "--think", "false"], "Why is the sky blue?\n")).toMatch(/blue/);
    const quick = ["--trials", "1", "--requests", "2", "--warmup", "0", "--output-tokens", "8", "--no-save"];
    const report = await codo(["bench", "-m", model, "Hello", ...quick, "--format", "csv"]);
    expect(report).toMatch(/ttft_ms/);

    const { checks } = JSON.parse(await codo(["doctor", "--json"])) as { checks: Record<string, string>[] };
    expect(checks.find(({ name }) => name === "compute")).toMatchObject({
      status: "ok",
      message: expect.stringMatching(/^The built-in engine would compute with its own llama\.cpp: \d+ thread/),
      remedy: expect.stringMatching(/CODO_ENGINE_LLAMA_SERVER.*Ollama/),
    });
    await codo(["models", "rm", model]);
    expect(await codo(["models", "list"])).not.toContain("real");
  },
  SCENARIO_MS,
);

it(
  "says which server computes",
  async () => {
    const [engine, home] = await Promise.all([startTestEngine(), createHome()]);
    await home.codo(["models", "load", "codo-tiny", "--host", engine.url]);
    const { stdout, stderr } = await home.codo(["models", "ps", "--host", engine.url]);
    expect(stdout).toMatch(/^codo-tiny/m);
    expect(stderr).toMatch(`Computed by the engine at ${engine.url}, with its own llama.cpp`);
    const { stdout: found } = await home.codo(["doctor", "--json", "--host", engine.url]);
    expect(found).toContain(`The engine at ${engine.url} computes with its own llama.cpp`);
    await engine.stop();
    const other = await startTestServer((request, response) => {
      if (request.url === "/api/version") response.end('{"version":"0.33.0"}');
      else response.writeHead(404).end("404 page not found");
    });
    const { stdout: told } = await home.codo(["doctor", "--json", "--host", other.url]);
    expect(told).toContain(`${other.url} computes: no engine of codo's`);
    await other.stop();
  },
  SCENARIO_MS,
);

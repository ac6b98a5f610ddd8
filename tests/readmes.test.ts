import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../examples/other-clients/src/start-server.js";
import { startRedis } from "../packages/test-utils/src/redis.js";
import { needsTools } from "../packages/test-utils/src/tools.js";

const PACKAGES = join(import.meta.dirname, "../packages");
const NAMES = ["bench", "cli", "config", "contract", "core", "engine", "node-kit", "output", "queue", "runner", "ui"];
const run = promisify(execFile);
let folder: string;
let engine: Awaited<ReturnType<typeof startEngine>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-readmes-"));
  await mkdir(join(folder, "node_modules/@codo"), { recursive: true });
  for (const name of NAMES) await symlink(join(PACKAGES, name), join(folder, `node_modules/@codo/ollama-${name}`));
  await writeFile(join(folder, "settings.json"), '{ "visits": 0 }\n');
  engine = await startEngine({ models: join(folder, "models") });
  // The READMEs speak of a model that people have.
  const body = JSON.stringify({ source: "codo-tiny", destination: "llama3.2" });
  await fetch(`${engine.url}/api/copy`, { method: "POST", body });
});

afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

it.each<[string, ...RegExp[]]>([
  ["bench", /codo-tiny|llama3\.2/, /ttft_ms/],
  ["config", /^$/],
  ["contract", /^$/],
  ["core", /blue/i, /\d tokens\/s/],
  ["engine", /^$/],
  ["node-kit", /^$/],
  ["output", /\.json\n/, /Air scatters/, /\n1 /],
  ["runner", /blue/i, /tokens/i],
  ["ui", /^Open http:\/\/127\.0\.0\.1:\d+\/\?secret=[\w-]{32}\n$/],
])("the first lines of %s's README run as shown", (name, ...expected) => runFirstLines(name, expected));

describe("where there is a Redis", () => {
  needsTools("redis-server");

  it("the first lines of queue's README run as shown", async () => {
    const redis = await startRedis();
    try {
      await runFirstLines("queue", [/blue/i], { REDIS_URL: redis.url });
    } finally {
      await redis.close();
    }
  });
});

it("the first command of cli's README runs as shown", async () => {
  const readme = await readFile(join(PACKAGES, "cli/README.md"), "utf8");
  const [, command = "no command"] = /```sh\nnpm install --global @codo\/ollama-cli\n(codo .*)\n/.exec(readme) ?? [];
  await mkdir(join(folder, "bin"));
  await symlink(join(PACKAGES, "cli/bin/codo.js"), join(folder, "bin/codo"));
  const PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  const { stdout } = await run("sh", ["-c", command], { cwd: folder, env: { ...environment(), PATH } });
  expect(stdout).toMatch(/blue/i);
});

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, OLLAMA_HOST: engine.url, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, HOME: folder };
}

async function runFirstLines(name: string, expected: RegExp[], extra: Record<string, string> = {}): Promise<void> {
  const readme = await readFile(join(PACKAGES, name, "README.md"), "utf8");
  const code = readme.split(/```(?:js|ts)\n/)[1]?.split("\n```")[0] ?? "throw new Error('no code')";
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, outputText);
  const env = { ...environment(), ...extra };
  const { stdout } = await run(process.execPath, [file], { cwd: folder, env });
  for (const pattern of expected) expect(stdout).toMatch(pattern);
  if (name === "node-kit") expect(await readFile(join(folder, "settings.json"), "utf8")).toBe('{"visits":1}');
}

it("every README says first what its package is for", async () => {
  for (const name of NAMES) {
    const [title, empty, purpose] = (await readFile(join(PACKAGES, name, "README.md"), "utf8")).split("\n");
    expect([title, empty]).toEqual([`# @codo/ollama-${name}`, ""]);
    expect(purpose).toMatch(/^[A-Z].{30}/);
  }
});

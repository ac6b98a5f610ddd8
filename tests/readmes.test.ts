import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startEngine } from "../examples/other-clients/src/start-server.js";

const PACKAGES = join(import.meta.dirname, "../packages");
const NAMES = ["bench", "config", "contract", "core", "engine", "node-kit", "output", "runner", "ui"];
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

it.each([
  ["bench", /codo-tiny|llama3\.2/, /ttft_ms/],
  ["config", /^$/],
  ["contract", /^$/],
  ["core", /blue/i, /\d tokens\/s/],
  ["engine", /^$/],
  ["node-kit", /^$/],
  ["output", /\.json\n/, /Air scatters/, /\n1 /],
  ["runner", /blue/i, /tokens/i],
  ["ui", /^Open http:\/\/127\.0\.0\.1:\d+\/\?secret=[\w-]{32}\n$/],
])("the first lines of %s's README run as shown", async (name, ...expected) => {
  const readme = await readFile(join(PACKAGES, name, "README.md"), "utf8");
  const code = readme.split(/```(?:js|ts)\n/)[1]?.split("\n```")[0] ?? "throw new Error('no code')";
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, outputText);
  const env = { ...process.env, OLLAMA_HOST: engine.url, XDG_CONFIG_HOME: folder, HOME: folder };
  const { stdout } = await run(process.execPath, [file], { cwd: folder, env });
  for (const pattern of expected) expect(stdout).toMatch(pattern);
  if (name === "node-kit") expect(await readFile(join(folder, "settings.json"), "utf8")).toBe('{"visits":1}');
});

it("every README says first what its package is for", async () => {
  for (const name of NAMES) {
    const [title, empty, purpose] = (await readFile(join(PACKAGES, name, "README.md"), "utf8")).split("\n");
    expect([title, empty]).toEqual([`# @codo/ollama-${name}`, ""]);
    expect(purpose).toMatch(/^[A-Z].{30}/);
  }
});

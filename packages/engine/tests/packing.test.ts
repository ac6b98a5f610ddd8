import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const PACKAGES = fileURLToPath(new URL("../../", import.meta.url));
const INSTALL_TIMEOUT_MS = 300_000;
const LARGEST_INSTALL_BYTES = 110_000_000;

const PROGRAM = `
  import { startEngine } from "@codo/ollama-engine";
  const engine = await startEngine();
  const body = { model: "codo-tiny", prompt: "What is the capital of France?", stream: false, think: false,
    options: { temperature: 0 } };
  const response = await fetch(engine.url + "/api/generate", { method: "POST", body: JSON.stringify(body) });
  console.log((await response.json()).response);
  await engine.stop();
`;

describe("the engine, packed and installed by npm in an empty folder", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "codo-packing-"));
    const tarballs = await Promise.all(["contract", "node-kit", "engine"].map((name) => pack(name, folder)));
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
    await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs], { cwd: folder });
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("takes at most 110 MB on disk", async () => {
    expect(await diskUsage(join(folder, "node_modules"))).toBeLessThan(LARGEST_INSTALL_BYTES);
  });

  it("brings no GPU binaries", async () => {
    const binaries = await readdir(join(folder, "node_modules", "@node-llama-cpp"));
    expect(binaries.filter((name) => /cuda|vulkan/.test(name))).toEqual([]);
  });

  it("answers", async () => {
    await writeFile(join(folder, "ask.js"), PROGRAM);
    const { stdout } = await run(process.execPath, ["ask.js"], { cwd: folder });
    expect(stdout.trim()).toBe("The capital of France is Paris.");
  });
});

/** Packs a package as it would be published; resolves to the tarball's path. */
async function pack(name: string, destination: string): Promise<string> {
  const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", destination], {
    cwd: join(PACKAGES, name),
  });
  return (JSON.parse(stdout) as { filename: string }).filename;
}

/** What a folder takes on disk, in bytes. */
async function diskUsage(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).blocks * 512;
  }
  return bytes;
}

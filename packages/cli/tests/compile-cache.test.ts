import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createHome } from "./support/cli-harness.js";

const isNodesCache = "enableCompileCache" in process.getBuiltinModule("node:module");
const COMMAND = ["config", "path"];

async function cacheOf(home: string): Promise<{ folder: string; files: string[] }> {
  const root = join(home, ".cache", "codo", "compiled");
  const [version = ""] = await readdir(root);
  const folder = join(root, version);
  return { folder, files: (await readdir(folder, { recursive: true })).sort() };
}

it("what was compiled is kept for the next run, and nothing changes by that", async () => {
  const home = await createHome();
  const first = await home.codo(COMMAND);
  const { files } = await cacheOf(home.folder);
  expect(files.length).toBeGreaterThan(0);
  const second = await home.codo(COMMAND);
  expect(second).toEqual(first);
  expect((await cacheOf(home.folder)).files).toEqual(files);
});

it("the engine is found also by what comes from the cache", async () => {
  const home = await createHome();
  const line = ["run", "-m", "codo-tiny", "Hello", "--no-save", "--quiet"];
  const answer = { stdout: "Hello! How can I help you today?\n", stderr: "", status: 0 };
  expect(await home.codo(line)).toEqual(answer);
  expect(await home.codo(line)).toEqual(answer);
  // Files of others, such as `index.js`, do not tell their content by their names. Node's own cache looks at the content.
  const { files } = await cacheOf(home.folder);
  const own = files.filter((name) => /^[\w-]+-[\w-]{8}\.cjs\.bin$/.test(name));
  if (!isNodesCache) expect(files).toEqual(own);
}, 60_000);

it("a cache that is damaged or cannot be written is done without", async () => {
  const home = await createHome();
  const first = await home.codo(COMMAND);
  const { folder, files } = await cacheOf(home.folder);
  for (const name of files) {
    const file = join(folder, name);
    const data = await readFile(file).catch(() => undefined);
    if (data !== undefined) await writeFile(file, data.subarray(0, data.length / 2));
  }
  expect(await home.codo(COMMAND)).toEqual(first);
  expect(await home.codo(COMMAND, { env: { XDG_CACHE_HOME: "/dev/null/nowhere" } })).toEqual(first);
});

it("NODE_DISABLE_COMPILE_CACHE turns it off", async () => {
  const home = await createHome();
  const off = { NODE_DISABLE_COMPILE_CACHE: "1" };
  expect((await home.codo(COMMAND, { env: off })).status).toBe(0);
  await expect(readdir(join(home.folder, ".cache"))).rejects.toThrow("ENOENT");
});

// The clients that are looked at, each installed by npm in a folder of its own.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { diskUsage } from "../release/alone.js";

const CONTENDERS = [
  // Its features are those of the next one, of which it is a part.
  { name: "codo-core", packages: ["@codo/ollama-core"], isOnlyMeasured: true },
  { name: "codo", packages: ["@codo/ollama-core", "@codo/ollama-runner"], drivers: ["codo-core"] },
  { name: "ollama", packages: ["ollama"] },
  { name: "langchain", packages: ["@langchain/ollama", "@langchain/core", "zod"] },
  { name: "ai-sdk", packages: ["ai", "ollama-ai-provider-v2", "zod"] },
];
const PROGRAMS = ["behaviours.js", "measure.js", "probe.js", "probes.js", "server.js"];

/** The environment without what pnpm hands down, of which npm warns, and with this Node first. */
export const environmentOf = (node) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^p?npm_/i.test(key))),
  PATH: `${dirname(node)}:${process.env.PATH}`,
});

/** The same without the caller's proxies and servers: what a client is run in. */
export const bareEnvironment = (node) =>
  Object.fromEntries(Object.entries(environmentOf(node)).filter(([key]) => !/_proxy$|^OLLAMA_/i.test(key)));

/** @returns each with its `folder`, the `versions` of its packages, their number and what they take on disk */
export async function installContenders(scratch, { tarballs, node }) {
  const own = Object.fromEntries([...tarballs].map(([name, { file }]) => [name, `file:${file}`]));
  const installed = [];
  for (const { name, packages, drivers = [], isOnlyMeasured = false } of CONTENDERS) {
    const folder = join(scratch, name);
    mkdirSync(folder);
    const manifest = {
      private: true,
      type: "module",
      dependencies: Object.fromEntries(packages.map((each) => [each, own[each] ?? "latest"])),
      overrides: packages.some((each) => each in own) ? own : {},
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    const env = environmentOf(node);
    const npm = ["install", "--no-audit", "--no-fund", "--prefer-offline"];
    await promisify(execFile)("npm", npm, { cwd: folder, env, timeout: 300_000 });
    copyFileSync(join(import.meta.dirname, "drivers", `${name}.js`), join(folder, "driver.js"));
    for (const each of drivers)
      copyFileSync(join(import.meta.dirname, "drivers", `${each}.js`), join(folder, `${each}.js`));
    for (const file of PROGRAMS) copyFileSync(join(import.meta.dirname, file), join(folder, file));
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
    installed.push({
      name,
      folder,
      isOnlyMeasured,
      versions: packages.map((each) => `${each} ${lock[`node_modules/${each}`].version}`),
      packageCount: Object.entries(lock).filter(([path, { optional }]) => path !== "" && !optional).length,
      sizeBytes: diskUsage(join(folder, "node_modules")),
    });
  }
  return installed;
}

// Installs the packed tarballs outside the workspace, as a stranger would, type-checks against them and runs them.
// The engine is left out: its own test packs it with the model and its native parts.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { publicPackages } from "./packages.js";

/** `codo` is a program; its own test installs it. */
const LEFT_OUT = ["engine", "cli"];
const NAMES = publicPackages()
  .map(({ name }) => name)
  .filter((name) => !LEFT_OUT.includes(name));
/** What is installed alone brings nothing that opens a connection. */
const WITHOUT_HTTP = ["contract", "node-kit", "config", "output"];
const HTTP_CLIENTS = new Set(["@codo/ollama-core", "ky", "undici", "http-proxy-agent", "https-proxy-agent"]);
const folder = mkdtempSync(join(tmpdir(), "codo-consumer-"));
const run = (file, args, cwd) =>
  execFileSync(file, args, { cwd, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });

try {
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs);
  for (const name of NAMES) run("pnpm", ["pack", "--pack-destination", tarballs], resolve("packages", name));
  const files = Object.fromEntries(
    readdirSync(tarballs).map((file) => [
      `@codo/${file.replace(/^codo-(.+)-\d+\.\d+\.\d+.*$/, "$1")}`,
      `file:${join(tarballs, file)}`,
    ]),
  );
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies: files, overrides: files }, null, 2),
  );
  run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder);

  const variables = NAMES.map((name) => name.replaceAll("-", "_"));
  const imports = NAMES.map((name, at) => `import * as ${variables[at]} from "@codo/ollama-${name}";`).join("\n");
  writeFileSync(
    join(folder, "use.ts"),
    `${imports}\nimport * as client from "@codo/ollama-core/client";\nexport const used: object[] = [${variables.join(", ")}, client];\n`,
  );
  writeFileSync(
    join(folder, "use.js"),
    `${imports}\nimport * as client from "@codo/ollama-core/client";\nfor (const [name, module] of Object.entries({ ${variables.join(", ")}, client })) if (Object.keys(module).length === 0) throw new Error(name + " exports nothing");\n`,
  );
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  run(
    process.execPath,
    [
      tsc,
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "false",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--lib",
      "es2023,dom,dom.iterable,dom.asynciterable,esnext.disposable",
      "--typeRoots",
      resolve("node_modules/@types"),
      "--types",
      "node",
      "use.ts",
    ],
    folder,
  );
  run(process.execPath, ["use.js"], folder);
  const sources = NAMES.filter((name) =>
    readFileSync(join(folder, `node_modules/@codo/ollama-${name}/package.json`), "utf8").includes("@codo/source"),
  );
  if (sources.length > 0) throw new Error(`published manifests still point at sources: ${sources.join(", ")}`);
  for (const name of WITHOUT_HTTP) {
    const client = [...installedWith(`@codo/ollama-${name}`)].find((other) => HTTP_CLIENTS.has(other));
    if (client !== undefined) throw new Error(`${name} brings an HTTP client: ${client}`);
  }
  console.log(`${NAMES.length} packages installed, type-checked and imported outside the workspace`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Everything that npm brings along with a package, by the manifests that it installed. */
function installedWith(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const manifest = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
  for (const dependency of Object.keys(manifest.dependencies ?? {})) installedWith(dependency, found);
  return found;
}

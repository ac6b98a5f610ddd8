// `pnpm clients:promptfoo`: promptfoo itself against the embedded engine, installed in a scratch folder because it is too
// large for the suite. Prints what it completed, writes it into docs/other-clients.md, and fails when anything is missing.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEngine } from "../packages/engine/dist/index.js";
import { root } from "./packages.js";
import { bareEnvironment, environmentOf } from "./peers/contenders.js";
import { CASES, configOf } from "./promptfoo/cases.js";
import { diskUsage } from "./release/alone.js";
import { nodeProgram } from "./release/node-program.js";

const VERSION = "0.123.1";
/** It needs 22.22 at least. */
const NODE = "24";
const LIMIT_MS = 20 * 60_000;
const PAGE = join(root, "docs", "other-clients.md");

const scratch = mkdtempSync(join(tmpdir(), "codo-promptfoo-"));
const node = nodeProgram(NODE);

/** What it did with the cases, by the description of each. */
async function evaluate(url) {
  writeFileSync(join(scratch, "config.json"), JSON.stringify(configOf(url)));
  const program = join(scratch, "node_modules", "promptfoo", "dist", "src", "entrypoint.js");
  const args = [program, "eval", "--config", "config.json", "--output", "results.json", "--no-cache", "--no-table"];
  const env = {
    ...bareEnvironment(node),
    OLLAMA_BASE_URL: url,
    PROMPTFOO_CONFIG_DIR: join(scratch, "config"),
    PROMPTFOO_DISABLE_TELEMETRY: "1",
    PROMPTFOO_DISABLE_UPDATE: "1",
    PROMPTFOO_DISABLE_REMOTE_GENERATION: "1",
  };
  const { code = 0 } = await promisify(execFile)(node, args, { cwd: scratch, env, timeout: LIMIT_MS }).catch(
    (error) => error,
  );
  // It ends with 100 where a test failed, which the refused one does.
  if (code !== 0 && code !== 100) throw new Error(`promptfoo ended with ${code}`);
  const { results } = JSON.parse(readFileSync(join(scratch, "results.json"), "utf8"));
  return new Map(results.results.map((result) => [result.testCase.description, result]));
}

function table(results, sizeBytes) {
  const rows = CASES.map(({ description, isRight }) => {
    const result = results.get(description);
    if (result === undefined) return { description, verdict: "not run" };
    return { description, verdict: isRight(result) ? "yes" : `no: ${result.error ?? "another answer"}` };
  });
  const right = rows.filter(({ verdict }) => verdict === "yes").length;
  const megabytes = Math.round(sizeBytes / 1e6);
  const text = [
    `promptfoo ${VERSION} itself completes ${right} of ${rows.length}, with Node ${NODE}. Its installation takes ${megabytes} MB without its optional packages, too much for the suite: this table is written by \`pnpm clients:promptfoo\`.`,
    "",
    "| promptfoo is asked for | completed |",
    "| --- | --- |",
    ...rows.map(({ description, verdict }) => `| ${description} | ${verdict.replaceAll(/\s+/g, " ")} |`),
  ].join("\n");
  return { text, isWhole: right === rows.length };
}

/** Its optional packages are three quarters of it; of them it starts only with the one for its database. */
async function install() {
  const npm = (...packages) =>
    promisify(execFile)("npm", ["install", "--no-audit", "--no-fund", "--omit=optional", ...packages], {
      cwd: scratch,
      env: environmentOf(node),
      timeout: LIMIT_MS,
    });
  writeFileSync(join(scratch, "package.json"), JSON.stringify({ private: true }));
  await npm(`promptfoo@${VERSION}`);
  const modules = join(scratch, "node_modules");
  const { optionalDependencies } = JSON.parse(readFileSync(join(modules, "libsql", "package.json"), "utf8"));
  const machine = `@libsql/${process.platform}-${process.arch}`;
  const binding = Object.keys(optionalDependencies).find((name) => [machine, `${machine}-gnu`].includes(name));
  if (binding === undefined) throw new Error(`promptfoo's database is not there for ${machine}`);
  await npm(`${binding}@${optionalDependencies[binding]}`);
  return diskUsage(modules);
}

try {
  console.log(`Installing promptfoo ${VERSION} in ${scratch}`);
  const sizeBytes = await install();
  const engine = await startEngine();
  try {
    const { text, isWhole } = table(await evaluate(engine.url), sizeBytes);
    console.log(`\n${text}`);
    const page = readFileSync(PAGE, "utf8");
    const section = /<!-- promptfoo -->.*<!-- end of promptfoo -->/s;
    if (!section.test(page)) throw new Error(`${PAGE} has no place for the table`);
    const written = `<!-- promptfoo -->\n\n${text}\n\n<!-- end of promptfoo -->`;
    writeFileSync(
      PAGE,
      page.replace(section, () => written),
    );
    if (!isWhole) process.exitCode = 1;
  } finally {
    await engine.stop();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

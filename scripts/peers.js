// `pnpm peers`: the clients of Ollama that others wrote beside ours, installed in scratch folders, measured and probed in
// one run. Writes docs/peers.json, and docs/peers.md from it.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./packages.js";
import { bareEnvironment, installContenders } from "./peers/contenders.js";
import { renderPage } from "./peers/page.js";
import { PROBES } from "./peers/probes.js";
import { startPeerServer } from "./peers/server.js";
import { buildClean } from "./release/build-clean.js";
import { nodeProgram } from "./release/node-program.js";
import { packAll } from "./release/pack.js";

/** The newest that all of them support for long. */
const NODE = "24";
const ROUNDS = 3;
const TASKS = { import: 1, first: 1, requests: 200, chunks: 10_000 };
const OWN = ["contract", "node-kit", "core", "runner"];
/** A probe that has not ended by then has not done what was asked. */
const DEADLINE_MS = 60_000;

const scratch = mkdtempSync(join(tmpdir(), "codo-peers-"));
const node = nodeProgram(NODE);
const run = (cwd, args, env = {}) =>
  promisify(execFile)(node, args, {
    cwd,
    env: { ...bareEnvironment(node), ...env },
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024 * 1024,
  });
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** In turns, so that what else the machine does meets all of them. */
async function measure(contenders) {
  const { host, close } = await startPeerServer(join(scratch, "measure.sock"));
  const taken = contenders.map(() => Object.fromEntries(Object.keys(TASKS).map((task) => [task, []])));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [task, count] of Object.entries(TASKS))
      for (const [index, { folder }] of contenders.entries())
        taken[index][task].push(Number((await run(folder, ["measure.js", task, host, String(count)])).stdout));
  close();
  return taken.map((each) => Object.fromEntries(Object.entries(each).map(([task, values]) => [task, median(values)])));
}

/** One client in a process of its own against a server of its own. */
async function tryProbe({ name, isProxied, isRight }, contender) {
  const socketPath = join(scratch, `${contender.name}.sock`);
  const server = await startPeerServer(socketPath);
  const proxy = isProxied ? { http_proxy: server.host } : {};
  try {
    const { stdout } = await run(contender.folder, ["probe.js", name, server.host, socketPath], proxy);
    const outcome = JSON.parse(stdout.slice(stdout.lastIndexOf("\noutcome ") + "\noutcome ".length));
    const { none, value, error } = outcome;
    if (none) return { verdict: "none" };
    return { verdict: isRight(outcome) ? "yes" : "no", value, error: error?.replaceAll(scratch, "") };
  } catch (error) {
    if (error.killed) return { verdict: "no", note: `did not end within ${DEADLINE_MS / 1000} s` };
    throw new Error(`${name} with ${contender.name}: ${error.stderr ?? error.message}`, { cause: error });
  } finally {
    server.close();
  }
}

try {
  await buildClean("build:js");
  const tarballs = packAll(join(scratch, "tarballs"), root, OWN);
  const contenders = await installContenders(scratch, { tarballs, node });
  console.log(contenders.flatMap(({ versions }) => versions).join(", "));
  const figures = await measure(contenders);
  const probed = contenders.filter(({ isOnlyMeasured }) => !isOnlyMeasured);
  const probes = [];
  for (const probe of PROBES) {
    const outcomes = await Promise.all(probed.map((each) => tryProbe(probe, each)));
    console.log(`${probe.name}: ${outcomes.map(({ verdict }) => verdict).join(" ")}`);
    probes.push({
      name: probe.name,
      shown: probe.shown,
      outcomes: Object.fromEntries(probed.map(({ name }, index) => [name, outcomes[index]])),
    });
  }
  const result = {
    date: new Date().toISOString().slice(0, 10),
    node: (await run(scratch, ["-p", "process.versions.node"])).stdout.trim(),
    cores: availableParallelism(),
    rounds: ROUNDS,
    contenders: contenders.map(({ folder: _, isOnlyMeasured: __, ...each }, index) => ({ ...each, ...figures[index] })),
    probes,
  };
  writeFileSync(join(root, "docs/peers.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(root, "docs/peers.md"), renderPage(result));
  console.log("docs/peers.json and docs/peers.md are written");
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

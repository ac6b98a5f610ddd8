// Processor time of `codo run` with a short prompt and a model that is loaded, beside a bare Node that sends the same
// request and prints what comes: in turns, of the asking process alone. Processor time says the same on a busy machine.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngineProcess } from "./engine-process.js";

const CODO = fileURLToPath(new URL("../../packages/cli/bin/codo.js", import.meta.url));
const LIMIT = 1.5;
const MODEL = "codo-tiny";
const PROMPT = "Hi";

/** What a person would write who wants the answer and nothing else. */
const BARE = `
const { request } = require("node:http");
const { hostname: host, port } = new URL(process.env.OLLAMA_HOST);
const outgoing = request({ host, port, method: "POST", path: "/api/generate" }, (incoming) => {
  let rest = "";
  incoming.setEncoding("utf8").on("data", (chunk) => {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) process.stdout.write(JSON.parse(line).response);
  });
});
outgoing.end(JSON.stringify({ model: "${MODEL}", prompt: "${PROMPT}", options: { temperature: 0 } }));
`;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** @returns whether `codo run` is within its limit */
export async function measureRun(rounds) {
  const engine = await startEngineProcess();
  const home = mkdtempSync(join(tmpdir(), "codo-bench-run-"));
  const env = {
    PATH: process.env.PATH,
    ...{ HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, XDG_CACHE_HOME: home },
    OLLAMA_HOST: `http://127.0.0.1:${engine.port}`,
  };
  const ways = {
    "bare Node": ["-e", BARE],
    "codo run": [CODO, "run", "-m", MODEL, PROMPT, "-o", "temperature=0"],
    "codo --version": [CODO, "--version"],
  };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  try {
    // The first round loads the model and makes the folders.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, args] of Object.entries(ways)) {
        const ms = cpuMsOf(args, env);
        if (round > 0) times[name].push(ms);
      }
    }
  } finally {
    await engine.stop();
    rmSync(home, { recursive: true, force: true });
  }
  const [bare, ours, start] = Object.values(times).map(median);
  const ok = ours / bare <= LIMIT;
  console.log(
    `CPU of codo run, warm: ${ours.toFixed(0)} ms, of a bare Node that asks the same ${bare.toFixed(0)} ms: ` +
      `${(ours / bare).toFixed(2)}  ${ok ? "ok" : "MISSED"}: <= ${LIMIT} (codo --version ${start.toFixed(0)} ms, load ${loadavg()[0].toFixed(1)})`,
  );
  return ok;
}

/** Processor time of a Node process, from the shell that waits for it. */
function cpuMsOf(args, env) {
  const script = '"$@" >/dev/null || exit 1; times';
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", process.execPath, ...args], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  const children = stdout.trimEnd().split("\n").at(-1);
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}

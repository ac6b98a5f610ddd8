// Processor time of `codo run` with a short prompt and a model that is loaded, beside a bare Node that sends the same
// request and prints what comes: in turns, of the asking process alone. Processor time says nearly the same on a busy
// machine. Commands that do a part of it show where the time goes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngineProcess } from "./engine-process.js";

const CODO = fileURLToPath(new URL("../../packages/cli/bin/codo.js", import.meta.url));
/** docs/decisions/2026-11-28-start-of-the-command-line.md says why. */
const LIMIT = 4.5;
/** The platform's own `fetch`, whose classes ky needs, costs most of the rest: beside a Node that uses it. */
const LIMIT_BESIDE_FETCH = 1.2;
/** Processor time is counted in ticks of 10 ms, so that several runs are measured together. */
const RUNS_TOGETHER = 3;
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

/** The same by the client that Node has built in. */
const BARE_FETCH = `
void (async () => {
  const body = JSON.stringify({ model: "${MODEL}", prompt: "${PROMPT}", options: { temperature: 0 } });
  const response = await fetch(new URL("/api/generate", process.env.OLLAMA_HOST), { method: "POST", body });
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) process.stdout.write(JSON.parse(line).response);
  }
})();
`;

const ASK = ["run", "-m", MODEL, PROMPT, "-o", "temperature=0"];

/** What each command does beyond the one before it. */
const PARTS = [
  ["Node", ["-e", "0"]],
  ["yargs, and a page of help", [CODO, "run", "--help"]],
  ["settings, valibot, ky with Node's fetch, a request", [CODO, "models", "list"]],
  ["the answer as it comes, the digest of its model", [CODO, ...ASK, "--no-save"]],
  ["the saved result and conversation", [CODO, ...ASK]],
];

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
  const bare = ["-e", BARE];
  const withFetch = ["-e", BARE_FETCH];
  const ways = [bare, withFetch, ...PARTS.map(([, args]) => args)];
  const times = new Map(ways.map((args) => [args, []]));
  try {
    // The first round loads the model and makes the folders.
    for (let round = 0; round <= rounds; round++) {
      for (const args of ways) {
        const ms = cpuMsOf(args, env);
        if (round > 0) times.get(args).push(ms);
      }
    }
  } finally {
    await engine.stop();
    rmSync(home, { recursive: true, force: true });
  }
  const of = (args) => median(times.get(args));
  const ours = of(PARTS.at(-1)[1]);
  console.log(`CPU of codo run, warm, medians of ${rounds} × ${RUNS_TOGETHER} (load ${loadavg()[0].toFixed(1)})`);
  PARTS.forEach(([name, args], index) => {
    const more = of(args) - (index === 0 ? 0 : of(PARTS[index - 1][1]));
    console.log(`${`${more.toFixed(0)} ms`.padStart(9)}  ${name}`);
  });
  console.log(`${`${ours.toFixed(0)} ms`.padStart(9)}  in all`);
  const isWithin = (name, args, limit) => {
    const ratio = ours / of(args);
    const verdict = ratio <= limit ? "ok" : "MISSED";
    console.log(`${ratio.toFixed(2)} × ${name} (${of(args).toFixed(0)} ms)  ${verdict}: <= ${limit}`);
    return ratio <= limit;
  };
  const verdicts = [
    isWithin("a bare Node that asks the same", bare, LIMIT),
    isWithin("a bare Node that asks with fetch", withFetch, LIMIT_BESIDE_FETCH),
  ];
  return !verdicts.includes(false);
}

/** Processor time of one run of a Node process, from the shell that waits for it. */
function cpuMsOf(args, env) {
  const script = `${'"$@" >/dev/null || exit 1; '.repeat(RUNS_TOGETHER)}times`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", process.execPath, ...args], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  const children = stdout.trimEnd().split("\n").at(-1);
  const ms = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000,
  );
  return ms.reduce((sum, one) => sum + one, 0) / RUNS_TOGETHER;
}

// What does measuring cost? `pnpm bench:overhead [rounds]`
// A concurrency of 64 against a server that answers at once: processor time of the measuring process per second of the
// run, and what the measurement adds to the median beside the same executor that runs the same requests unmeasured. Raw
// requests over node:http stand beside both as the floor. Exits 1 when a limit is missed.
//
// The server sends its tokens one by one, each flushed, as Ollama does. Each limit is for where it can be told:
// - Processor time for an answer of usual length. Requests of short ones cost this server no more than the client: the run
//   then waits for the client, whose one thread is always busy, and V8's helpers run beside it. Raw requests, which parse
//   nothing, show how far that goes.
// - What is added to the median for short answers. 64 long ones at once take 65 ms, which is not repeatable to 1 ms.
import { spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { benchmarkModel } from "../packages/bench/dist/index.js";
import { createExecutor, OllamaClient } from "../packages/core/dist/index.js";

const LEVEL = 64;
const ROUNDS = Number(process.argv[2] ?? 7);
/** Until V8 has compiled what is used, it does so on further cores. */
const WARMUP_ROUNDS = 3;
const ANSWERS = [
  { tokens: 128, requests: 1500, name: "128 tokens, each flushed", limits: { cores: 1 } },
  { tokens: 16, requests: 4000, name: "16 tokens, each flushed", limits: { addedMs: 1 } },
  { tokens: 0, requests: 4000, name: "one chunk", limits: { addedMs: 1 } },
];

const child = spawn(process.execPath, [new URL("./instant-server.js", import.meta.url).pathname], {
  stdio: ["pipe", "pipe", "inherit"],
});
const port = Number(await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim()))));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const executorFor = (tokens) => createExecutor(new OllamaClient({ host: `http://127.0.0.1:${port}/${tokens}` }));

/** Latencies of one run, and the processor time between its first and its last answer: what comes before and after is no request. */
class Recording {
  latencies = [];
  #requests;
  #first;
  #last;

  constructor(requests) {
    this.#requests = requests;
  }

  add(latencyMs) {
    this.latencies.push(latencyMs);
    if (this.latencies.length === 1) this.#first = { cpu: process.cpuUsage(), atMs: performance.now() };
    if (this.latencies.length === this.#requests) this.#last = { cpu: process.cpuUsage(), atMs: performance.now() };
  }

  get cores() {
    const { user, system } = this.#last.cpu;
    const usedMs = (user + system - this.#first.cpu.user - this.#first.cpu.system) / 1000;
    return usedMs / (this.#last.atMs - this.#first.atMs);
  }
}

/** Runs `send` 64 times at once until all requests are done; it gives one latency. */
async function closedLoop(requests, send) {
  const recording = new Recording(requests);
  let left = requests;
  await Promise.all(
    Array.from({ length: LEVEL }, async () => {
      while (left-- > 0) recording.add(await send());
    }),
  );
  return recording;
}

async function raw({ tokens, requests }) {
  const agent = new Agent({ keepAlive: true, maxSockets: LEVEL });
  const body = JSON.stringify({ model: "instant", messages: [{ role: "user", content: "a" }], stream: true });
  const options = { port, host: "127.0.0.1", path: `/${tokens}/api/chat`, method: "POST", agent };
  const recording = await closedLoop(
    requests,
    () =>
      new Promise((resolve, reject) => {
        const start = performance.now();
        const sent = request(options, (response) => {
          if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
          response.resume().on("end", () => resolve(performance.now() - start));
        });
        sent.on("error", reject).end(body);
      }),
  );
  agent.destroy();
  return recording;
}

async function unmeasured({ tokens, requests }) {
  const executor = executorFor(tokens);
  const messages = [{ role: "user", content: "a" }];
  const send = async () => {
    const { success, executionTime, errorMessage } = await executor.execute({ model: "instant", messages });
    if (!success) throw new Error(errorMessage);
    return executionTime * 1000;
  };
  return await closedLoop(requests, send);
}

async function measured({ tokens, requests }) {
  const recording = new Recording(requests);
  const onRequest = ({ doneMs, sentMs, error }) => {
    if (error !== undefined) throw new Error(error.message);
    recording.add(doneMs - sentMs);
  };
  const load = { type: "concurrency", level: LEVEL };
  const plan = { trials: 1, requests, warmup: 0, load, onRequest };
  await benchmarkModel(executorFor(tokens), "instant", ["a"], {}, plan);
  return recording;
}

console.log(`${LEVEL} at once against an instant server, medians of ${ROUNDS} alternating rounds`);
const missed = [];
for (const answer of ANSWERS) {
  const { name, requests, limits } = answer;
  const rows = new Map([raw, unmeasured, measured].map((run) => [run, []]));
  for (let round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
    for (const [run, costs] of rows) {
      const { latencies, cores } = await run(answer);
      if (round >= 0) costs.push({ p50: median(latencies), cores });
    }
  }
  console.log(`\n${name}, ${requests} requests`);
  const of = (run, figure) => median(rows.get(run).map((row) => row[figure]));
  for (const run of rows.keys()) {
    const [p50, cores] = [of(run, "p50"), of(run, "cores")];
    console.log(`  ${run.name.padEnd(11)} p50 ${p50.toFixed(2).padStart(6)} ms   ${cores.toFixed(2)} cores`);
  }
  // Within a round, so that what the machine does otherwise meets both.
  const addedMs = median(rows.get(measured).map((row, round) => row.p50 - rows.get(unmeasured)[round].p50));
  console.log(`  measuring adds ${addedMs.toFixed(2)} ms to the median`);
  const cores = of(measured, "cores");
  if (!(addedMs < (limits.addedMs ?? Infinity))) missed.push(`${name}: ${addedMs.toFixed(2)} ms are added`);
  if (!(cores < (limits.cores ?? Infinity))) missed.push(`${name}: ${cores.toFixed(2)} cores`);
}
child.stdin.end();
const within = "under one core with 128 tokens, under 1 ms added with 16 and with one chunk";
console.log(missed.length === 0 ? `\n${within}` : `\nmissed: ${missed.join(", ")}`);
process.exitCode = missed.length === 0 ? 0 : 1;

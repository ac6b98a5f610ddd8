// What does measuring cost? `pnpm bench:overhead`
// A concurrency of 64 against a server that answers at once: processor time of the measuring process per second of the
// run (has to stay under one core), and what the measurement adds to the median: beside the same executor that runs the
// same requests unmeasured. Raw requests over node:http stand beside both as the floor. The server answers faster than
// one thread can ask, so that all 64 wait for the client: each figure is 64 times the client's work for one request.
import { spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { benchmarkModel } from "../packages/bench/dist/index.js";
import { createExecutor, OllamaClient } from "../packages/core/dist/index.js";

const LEVEL = 64;
const REQUESTS = 4000;
const ROUNDS = 5;

const child = spawn(process.execPath, [new URL("./instant-server.js", import.meta.url).pathname], {
  stdio: ["pipe", "pipe", "inherit"],
});
const port = Number(await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim()))));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function raw() {
  const agent = new Agent({ keepAlive: true, maxSockets: LEVEL });
  const body = JSON.stringify({ model: "instant", messages: [{ role: "user", content: "a" }], stream: true });
  const latencies = [];
  let left = REQUESTS;
  const one = () =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const sent = request(
        {
          port,
          host: "127.0.0.1",
          path: "/api/chat",
          method: "POST",
          agent,
          headers: { "content-type": "application/json" },
        },
        (response) => {
          response.resume().on("end", () => {
            latencies.push(performance.now() - start);
            resolve();
          });
        },
      );
      sent.on("error", reject).end(body);
    });
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: LEVEL }, async () => {
      while (left-- > 0) await one();
    }),
  );
  const used = process.cpuUsage(cpu);
  agent.destroy();
  return { p50: median(latencies), cores: (used.user + used.system) / 1000 / (performance.now() - start) };
}

async function measured() {
  const executor = createExecutor(new OllamaClient({ host: `http://127.0.0.1:${port}` }));
  const latencies = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  await benchmarkModel(
    executor,
    "instant",
    ["a"],
    {},
    {
      trials: 1,
      requests: REQUESTS,
      warmup: 0,
      load: { type: "concurrency", level: LEVEL },
      onRequest: ({ doneMs, sentMs }) => latencies.push(doneMs - sentMs),
    },
  );
  const used = process.cpuUsage(cpu);
  return { p50: median(latencies), cores: (used.user + used.system) / 1000 / (performance.now() - start) };
}

async function unmeasured() {
  const executor = createExecutor(new OllamaClient({ host: `http://127.0.0.1:${port}` }));
  const latencies = [];
  let left = REQUESTS;
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: LEVEL }, async () => {
      while (left-- > 0) {
        const { executionTime } = await executor.execute({
          model: "instant",
          messages: [{ role: "user", content: "a" }],
        });
        latencies.push(executionTime * 1000);
      }
    }),
  );
  const used = process.cpuUsage(cpu);
  return { p50: median(latencies), cores: (used.user + used.system) / 1000 / (performance.now() - start) };
}

const rows = { raw: [], unmeasured: [], measured: [] };
await raw();
await unmeasured();
await measured();
for (let round = 0; round < ROUNDS; round++) {
  rows.raw.push(await raw());
  rows.unmeasured.push(await unmeasured());
  rows.measured.push(await measured());
}
child.stdin.end();
const p50 = (name) => median(rows[name].map((row) => row.p50));
const cores = (name) => median(rows[name].map((row) => row.cores));
console.log(
  `${LEVEL} at once against an instant server, ${REQUESTS} requests, medians of ${ROUNDS} alternating rounds`,
);
for (const name of Object.keys(rows))
  console.log(`${name.padEnd(11)} p50 ${p50(name).toFixed(2).padStart(6)} ms   ${cores(name).toFixed(2)} cores`);
console.log(
  `measuring adds ${(p50("measured") - p50("unmeasured")).toFixed(2)} ms to the median of ${LEVEL} at once, ${((p50("measured") - p50("unmeasured")) / LEVEL).toFixed(3)} ms for each request`,
);

// How quick and how small the engine is: start to ready, idle memory of the serving process, throughput with
// 1, 2, 4 and 8 parallel sequences, tokens per second with and without a JSON schema; and beside llama.cpp's own server.
// Usage: pnpm bench:engine [alone|beside|gap|run]; `beside` compares with a `llama-server` on the PATH, and `gap` measures only
// how long a running answer stands still while another prompt is read, `run` what `codo run` costs at the prompt.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  compareWithLlamaServer,
  hasLlamaServer,
  measureGap,
  measureSharedPrefix,
} from "./engine/beside-llama-server.js";
import { childrenOf, residentBytes, send, startEngineProcess } from "./engine/engine-process.js";
import { createModelStore } from "./engine/model-store.js";
import { measureRun } from "./engine/run-at-the-prompt.js";
import { writeWideModel } from "./engine/wide-model.js";

const STARTS = 7;
const ROUNDS = 5;
const READY_LIMIT_MS = 1500;
const MEMORY_LIMIT_BYTES = 120e6;
const ENDLESS = fileURLToPath(new URL("../packages/test-utils/transcripts/models/tiny-endless.gguf", import.meta.url));

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const milliseconds = (ms) => `${ms.toFixed(0)} ms`;

async function generate(engine, body) {
  const { status, text } = await send(engine, "POST", "/api/generate", { stream: false, ...body });
  if (status !== 200) throw new Error(`generate answered ${status}: ${text}`);
  return JSON.parse(text);
}

/** Start to ready, and to a first answer by a model that has to be loaded. */
async function measureStart() {
  const ready = [];
  const firstAnswer = [];
  const memory = [];
  for (let i = 0; i < STARTS; i++) {
    const engine = await startEngineProcess();
    ready.push(engine.readyMs);
    memory.push(residentBytes(engine.pid));
    const asked = performance.now();
    await generate(engine, { model: "codo-tiny", prompt: "Hi", options: { num_predict: 1 } });
    firstAnswer.push(engine.readyMs + performance.now() - asked);
    await engine.stop();
  }
  return { readyMs: median(ready), firstAnswerMs: median(firstAnswer), idleBytes: median(memory) };
}

/** Tokens per second of as many clients as there are sequences, each asking again when it is answered. */
async function measureThroughput(store, parallel) {
  const engine = await startEngineProcess({ OLLAMA_MODELS: store, OLLAMA_NUM_PARALLEL: String(parallel) });
  const ask = (model, seed) =>
    generate(engine, {
      model,
      prompt: `Tell me a story about number ${seed}.`,
      think: model === "codo-tiny" ? false : undefined,
      options: { temperature: 0.8, seed, num_predict: 200 },
    });
  const rates = {};
  for (const model of ["codo-tiny", "tiny-endless"]) {
    await ask(model, 0);
    const started = performance.now();
    let tokens = 0;
    const client = async (_, number) => {
      for (let round = 0; round < ROUNDS; round++) {
        // `tokens += (await …)` would read the sum before the wait, and lose what other clients add meanwhile.
        const answer = await ask(model, number * ROUNDS + round);
        tokens += answer.eval_count;
      }
    };
    await Promise.all(Array.from({ length: parallel }, client));
    rates[model] = (tokens * 1000) / (performance.now() - started);
  }
  const served = residentBytes(engine.pid);
  const computing = Math.max(...childrenOf(engine.pid).map(residentBytes));
  await engine.stop();
  return { ...rates, served, computing };
}

/** Tokens per second without a format, with any JSON, and with a schema. */
async function measureFormats() {
  const engine = await startEngineProcess();
  const schema = {
    type: "object",
    properties: {
      name: { type: "string" },
      age: { type: "integer" },
      tags: { type: "array", items: { type: "string" } },
    },
    required: ["name", "age", "tags"],
  };
  const rates = {};
  for (const [name, format] of [
    ["none", undefined],
    ["json", "json"],
    ["schema", schema],
  ]) {
    let tokens = 0;
    let nanoseconds = 0;
    for (let seed = 0; seed < 12; seed++) {
      const answer = await generate(engine, {
        model: "codo-tiny",
        prompt: "Describe a person as JSON with name, age and tags.",
        think: false,
        options: { seed, num_predict: 60 },
        ...(format !== undefined && { format }),
      });
      if (seed === 0) continue;
      tokens += answer.eval_count;
      nanoseconds += answer.eval_duration;
    }
    rates[name] = (tokens / nanoseconds) * 1e9;
  }
  await engine.stop();
  return rates;
}

const [part = "all"] = process.argv.slice(2);
if (part === "all" || part === "alone") await alone();
if (part !== "alone" && part !== "run") await beside();
if (part === "all" || part === "run") await run();

async function run() {
  if (!(await measureRun(2 * ROUNDS))) process.exitCode = 1;
}

async function alone() {
  const store = createModelStore({ "tiny-endless": ENDLESS });
  try {
    const start = await measureStart();
    const within = (value, limit) => (value < limit ? "ok" : "MISSED");
    console.log(
      `start to ready          ${milliseconds(start.readyMs)}  (< 1500 ms: ${within(start.readyMs, READY_LIMIT_MS)})`,
    );
    console.log(`start to first answer   ${milliseconds(start.firstAnswerMs)}`);
    console.log(
      `idle memory, serving    ${megabytes(start.idleBytes)}  (< 120 MB: ${within(start.idleBytes, MEMORY_LIMIT_BYTES)})`,
    );
    console.log("\nparallel  codo-tiny tok/s  tiny-endless tok/s  memory serving / computing");
    for (const parallel of [1, 2, 4, 8]) {
      const rate = await measureThroughput(store, parallel);
      const cells = [rate["codo-tiny"], rate["tiny-endless"]].map((value) => value.toFixed(0));
      console.log(
        `${String(parallel).padStart(8)}  ${cells[0].padStart(15)}  ${cells[1].padStart(18)}  ` +
          `${megabytes(rate.served)} / ${megabytes(rate.computing)}`,
      );
    }
    const formats = await measureFormats();
    console.log(
      `\ntok/s by format: ${Object.entries(formats)
        .map(([name, rate]) => `${name} ${rate.toFixed(0)}`)
        .join(", ")}`,
    );
    if (start.readyMs >= READY_LIMIT_MS || start.idleBytes >= MEMORY_LIMIT_BYTES) process.exitCode = 1;
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** With a model of a size that people use, because a tiny one shows what a token costs beside its computing. */
async function beside() {
  const folder = mkdtempSync(join(tmpdir(), "codo-bench-engine-"));
  const wide = join(folder, "wide.gguf");
  writeWideModel(wide);
  const store = createModelStore({ "tiny-endless": ENDLESS, wide });
  try {
    const met = [await measureGap(store, { rounds: ROUNDS, ...(hasLlamaServer() && { other: wide }) })];
    if (part !== "gap") met.push(await measureSharedPrefix(store, ROUNDS));
    if (part !== "gap" && hasLlamaServer()) {
      const models = [
        { name: "wide", path: wide, tokens: 60 },
        { name: "tiny-endless", path: ENDLESS, tokens: 800 },
      ];
      met.push(await compareWithLlamaServer(store, { models, executable: "llama-server", rounds: ROUNDS }));
    } else if (part !== "gap")
      console.log("not compared: there is no llama-server on the PATH (Debian: llama.cpp-tools)");
    if (met.includes(false)) process.exitCode = 1;
  } finally {
    rmSync(store, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

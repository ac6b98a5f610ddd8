// The engine beside llama.cpp's own server, in one run and in turns: processor time a token of
// one long answer and of eight at once, a second conversation with the same beginning, and the longest gap of answers that
// run while another prompt is read. The engine counts with all its processes, as `llama-server` does.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { loadavg } from "node:os";
import { childrenOf, send, startEngineProcess } from "./engine-process.js";

const CONTEXT = 1024;
const GAP_CONTEXT = 4096;
const CPU_LIMIT = 1.05;
const PREFIX_LIMIT = 0.1;
const GAP_LIMIT_MS = 150;
/** Linux counts processor time in ticks of 10 ms. */
const MS_A_TICK = 10;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function cpuMs(pid) {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => {
    const fields = readFileSync(`/proc/${one}/stat`, "utf8").split(") ")[1].split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * MS_A_TICK;
  }, 0);
}

export function hasLlamaServer() {
  return spawnSync("llama-server", ["--version"]).error === undefined;
}

async function startLlamaServer(executable, { path, parallel, context = CONTEXT }) {
  const args = ["--model", path, "--host", "127.0.0.1", "--port", "0", "--threads", "1", "--threads-batch", "1"];
  const child = spawn(
    executable,
    [...args, "--parallel", String(parallel), "--ctx-size", String(context * parallel), "--context-shift"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const port = await new Promise((resolve, reject) => {
    let said = "";
    const look = (data) => {
      said = (said + data).slice(-20_000);
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("exit", (code) => reject(new Error(`llama-server ended with ${code}: ${said.slice(-2000)}`)));
  });
  const server = { port, pid: child.pid, agent: new Agent({ keepAlive: false }) };
  await send(server, "GET", "/health");
  return { ...server, stop: () => new Promise((resolve) => child.once("exit", resolve) && child.kill("SIGTERM")) };
}

/** Streams an answer of up to `tokens` tokens; resolves to how many there were. */
const ways = {
  engine: async (server, { name, tokens }, seed) => {
    const options = { seed, temperature: 0.8, num_predict: tokens, num_ctx: CONTEXT };
    const { text } = await send(server, "POST", "/api/generate", { model: name, prompt: "Hi", raw: true, options });
    return JSON.parse(text.trimEnd().split("\n").at(-1)).eval_count;
  },
  "llama-server": async (server, { tokens }, seed) => {
    const body = {
      prompt: "Hi",
      n_predict: tokens,
      seed,
      temperature: 0.8,
      stream: true,
      top_k: 40,
      top_p: 0.9,
      min_p: 0,
    };
    const sampling = {
      ...body,
      repeat_penalty: 1.1,
      samplers: ["penalties", "top_k", "top_p", "min_p", "temperature"],
    };
    const { text } = await send(server, "POST", "/completion", sampling);
    return JSON.parse(
      text
        .trimEnd()
        .split("\ndata: ")
        .at(-1)
        .replace(/^data: /, ""),
    ).tokens_predicted;
  },
};

/** Processor time a token, in ms, and tokens a second, of `parallel` answers at once. */
async function measureTokens(way, server, { model, parallel }) {
  const before = cpuMs(server.pid);
  const started = performance.now();
  const counts = await Promise.all(Array.from({ length: parallel }, (_, seed) => ways[way](server, model, seed)));
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  return { cpu: (cpuMs(server.pid) - before) / tokens, rate: (tokens * 1000) / (performance.now() - started) };
}

/**
 * Prints the processor time a token of each model, in the store under its name, beside `llama-server`'s.
 * @param models - `{ name, path, tokens }`: the GGUF file, and how long its answers are
 * @returns whether each figure is within its limit
 */
export async function compareWithLlamaServer(store, { models, executable, rounds }) {
  console.log("\nCPU a token             engine    llama-server  ratio  tokens/s");
  let ok = true;
  for (const model of models) {
    for (const parallel of [1, 8]) {
      const engine = await startEngineProcess({ OLLAMA_MODELS: store, OLLAMA_NUM_PARALLEL: String(parallel) });
      const other = await startLlamaServer(executable, { path: model.path, parallel });
      const figures = { engine: [], "llama-server": [] };
      for (let round = 0; round <= rounds; round++) {
        for (const [way, server] of [
          ["engine", engine],
          ["llama-server", other],
        ]) {
          const figure = await measureTokens(way, server, { model, parallel });
          // The first one loads the model.
          if (round > 0) figures[way].push(figure);
        }
      }
      await Promise.all([engine.stop(), other.stop()]);
      const of = (way, key) => median(figures[way].map((one) => one[key]));
      const ratio = of("engine", "cpu") / of("llama-server", "cpu");
      ok &&= ratio <= CPU_LIMIT;
      const cells = [
        `${model.name} × ${parallel}`.padEnd(20),
        `${of("engine", "cpu").toFixed(2)} ms`.padStart(10),
        `${of("llama-server", "cpu").toFixed(2)} ms`.padStart(14),
        ratio.toFixed(2).padStart(5),
        `${of("engine", "rate").toFixed(0)}, ${of("llama-server", "rate").toFixed(0)}`,
      ];
      console.log(`${cells.join("  ")}  ${verdict(ratio <= CPU_LIMIT)}: <= ${CPU_LIMIT}`);
    }
  }
  return ok;
}

const verdict = (ok) => (ok ? "ok" : "MISSED");

/** The first token of a conversation whose beginning another one has read, beside the first one's. */
export async function measureSharedPrefix(store, rounds) {
  const engine = await startEngineProcess({ OLLAMA_MODELS: store, OLLAMA_NUM_PARALLEL: "4" });
  const system = "The sky is blue because the air scatters blue light. ".repeat(26);
  const ask = async (round, content) => {
    const messages = [
      { role: "system", content: `Story ${round}. ${system}` },
      { role: "user", content },
    ];
    const options = { num_predict: 1, temperature: 0, num_ctx: 2048 };
    const { text } = await send(engine, "POST", "/api/chat", {
      ...{ model: "wide", messages, options, stream: false },
    });
    return JSON.parse(text);
  };
  await ask("none", "Hello");
  const first = [];
  const second = [];
  let tokens = 0;
  for (let round = 0; round < rounds; round++) {
    const one = await ask(round, "Hello");
    tokens = one.prompt_eval_count;
    first.push(one.prompt_eval_duration / 1e6);
    second.push((await ask(round, "Why is the sky blue?")).prompt_eval_duration / 1e6);
  }
  await engine.stop();
  const ratio = median(second) / median(first);
  console.log(
    `\nsame beginning (${tokens} tokens): first token ${median(first).toFixed(1)} ms, of a second conversation ` +
      `${median(second).toFixed(1)} ms: ${ratio.toFixed(2)}  ${verdict(ratio <= PREFIX_LIMIT)}: <= ${PREFIX_LIMIT}`,
  );
  return ratio <= PREFIX_LIMIT;
}

const GAP_PROMPT = "The sky is blue because the air scatters blue light. ".repeat(80);
const GAP_OPTIONS = { seed: 1, temperature: 0.8 };

/** How to ask either server for an answer without an end, and to read a prompt. */
const gapRequests = {
  engine: {
    running: ["/api/generate", { model: "wide", prompt: "Hi", raw: true, options: gapOptions(3000) }],
    reading: (prompt) => [
      "/api/generate",
      { model: "wide", prompt, raw: true, stream: false, options: gapOptions(1) },
      (text) => JSON.parse(text).prompt_eval_count,
    ],
  },
  "llama-server": {
    running: ["/completion", { prompt: "Hi", n_predict: 3000, stream: true, ...GAP_OPTIONS }],
    reading: (prompt) => [
      "/completion",
      { prompt, n_predict: 1, ...GAP_OPTIONS },
      (text) => JSON.parse(text).tokens_evaluated,
    ],
  },
};

function gapOptions(tokens) {
  return { num_predict: tokens, num_ctx: GAP_CONTEXT, ...GAP_OPTIONS };
}

/**
 * The longest time between two tokens of a running answer while another long prompt is read, beside `llama-server`'s.
 * @param options - `rounds`, and `other`: the model file for `llama-server`, where there is one
 */
export async function measureGap(store, { rounds, other }) {
  const engine = await startEngineProcess({ OLLAMA_MODELS: store, OLLAMA_NUM_PARALLEL: "4" });
  const ours = await longestGaps("engine", engine, rounds);
  await engine.stop();
  const ok = ours.gap <= GAP_LIMIT_MS;
  console.log(
    `longest gap of a running answer while another prompt of ${ours.tokens} tokens is read (median of ${rounds}, load ` +
      `${loadavg()[0].toFixed(1)}): ${ours.said}  ${verdict(ok)}: <= ${GAP_LIMIT_MS} ms`,
  );
  if (other !== undefined) {
    const server = await startLlamaServer("llama-server", { path: other, parallel: 4, context: GAP_CONTEXT });
    const theirs = await longestGaps("llama-server", server, rounds);
    await server.stop();
    console.log(`  llama-server's, of a prompt of ${theirs.tokens} tokens: ${theirs.said}`);
  }
  return ok;
}

async function longestGaps(way, server, rounds) {
  const gaps = [];
  const reads = [];
  let tokens = 0;
  for (let round = 0; round < rounds; round++) {
    const one = await longestGap(gapRequests[way], server, `Round ${round}. ${GAP_PROMPT}`);
    gaps.push(one.gap);
    reads.push(one.read);
    tokens = one.tokens;
  }
  const gap = median(gaps);
  const all = gaps.map((one) => one.toFixed(0)).join(", ");
  return { gap, tokens, said: `${gap.toFixed(0)} ms (${all}), read in ${(median(reads) / 1000).toFixed(1)} s` };
}

async function longestGap({ running, reading }, server, prompt) {
  let last = 0;
  let gap = 0;
  let isReading = false;
  let chunks = 0;
  const leave = new AbortController();
  let flowing;
  const flows = new Promise((resolve) => {
    flowing = resolve;
  });
  const onChunk = () => {
    const now = performance.now();
    if (isReading) gap = Math.max(gap, now - last);
    last = now;
    chunks += 1;
    if (chunks === 20) flowing();
  };
  const answer = send(server, "POST", ...running, { signal: leave.signal, onChunk }).catch(() => undefined);
  await flows;
  isReading = true;
  const started = performance.now();
  const [path, body, tokensOf] = reading(prompt);
  const { text } = await send(server, "POST", path, body);
  isReading = false;
  leave.abort();
  await answer;
  return { gap, tokens: tokensOf(text), read: performance.now() - started };
}

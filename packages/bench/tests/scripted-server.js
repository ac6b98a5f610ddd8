// An Ollama-like server with known delays, run as a process of its own. It writes down when it really sent what, by the
// system's monotonic clock, which other processes on the machine share: that is the truth that tests compare with.
// argv[2]: JSON { prefillMs, tokenMs, tokens, parallel, slowdown }. Prints its port on the first line.
import { createServer } from "node:http";

const script = {
  prefillMs: 30,
  tokenMs: 10,
  tokens: 10,
  parallel: 64,
  slowdown: 1,
  failEvery: 0,
  hold: false,
  timed: true,
  ...JSON.parse(process.argv[2] ?? "{}"),
};
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const log = [];
let running = 0;
let served = 0;
const waiting = [];
let loadedCtx = 0;

/** Timers are late by up to a millisecond or more: the last of the wait is spun. */
async function until(atMs) {
  const early = atMs - nowMs() - 1.5;
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  while (nowMs() < atMs) await new Promise((resolve) => setImmediate(resolve));
}

async function slot() {
  if (running >= script.parallel) await new Promise((resolve) => waiting.push(resolve));
  else running++;
}

function release() {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

async function generate(body, response, arrivedMs) {
  served++;
  if (script.failEvery > 0 && served % script.failEvery === 0) {
    response.writeHead(500, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: "scripted failure" }));
    return;
  }
  const tokens = Math.min(script.tokens, body.options?.num_predict > 0 ? body.options.num_predict : script.tokens);
  const isChat = body.messages !== undefined;
  const prompt = isChat ? body.messages.map((message) => message.content).join("\n") : body.prompt;
  loadedCtx = body.options?.num_ctx ?? (loadedCtx || 4096);
  await slot();
  const startMs = nowMs();
  const entry = { arrivedMs, startMs, sent: [] };
  await until(startMs + script.prefillMs * script.slowdown);
  const prefillEndMs = nowMs();
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  let held = "";
  for (let i = 0; i < tokens; i++) {
    if (i > 0) await until(prefillEndMs + i * script.tokenMs * script.slowdown);
    const text = `t${i} `;
    const part = isChat ? { message: { role: "assistant", content: text } } : { response: text };
    held += `${JSON.stringify({ model: body.model, created_at: new Date().toISOString(), ...part, done: false })}\n`;
    if (!script.hold || i === tokens - 1) {
      response.write(held);
      held = "";
    }
    entry.sent.push(nowMs());
  }
  const endMs = nowMs();
  const ns = (ms) => Math.round(ms * 1e6);
  const words = prompt.match(/\S+/g)?.length ?? 0;
  const final = {
    model: body.model,
    created_at: new Date().toISOString(),
    ...(isChat ? { message: { role: "assistant", content: "" } } : { response: "" }),
    done: true,
    done_reason: "stop",
    total_duration: ns(endMs - arrivedMs),
    load_duration: ns(0.5),
    prompt_eval_count: words,
    prompt_eval_duration: ns(prefillEndMs - startMs),
    eval_count: tokens,
    ...(script.timed && { eval_duration: ns(endMs - prefillEndMs) }),
  };
  response.end(`${JSON.stringify(final)}\n`);
  entry.doneMs = nowMs();
  log.push(entry);
  release();
}

const server = createServer((request, response) => {
  const arrivedMs = nowMs();
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    const json = (value) => {
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify(value));
    };
    if (request.url === "/log") return json(log.splice(0));
    if (request.url === "/script") return json(Object.assign(script, body));
    if (request.url === "/api/version") return json({ version: "0.33.0" });
    if (request.url === "/api/show") {
      if (body.model.startsWith("missing")) {
        response.writeHead(404, { "content-type": "application/json; charset=utf-8" });
        return response.end(JSON.stringify({ error: `model '${body.model}' not found` }));
      }
      return json({
        details: { format: "gguf", family: "scripted", parameter_size: "1M", quantization_level: "F16" },
        model_info: { "general.architecture": "llama", "llama.context_length": 8192 },
        capabilities: ["completion"],
        template: "{{ .Prompt }}",
      });
    }
    if (request.url === "/api/ps") {
      const models =
        loadedCtx === 0
          ? []
          : ["scripted", "other"].map((name) => ({
              name: `${name}:latest`,
              model: `${name}:latest`,
              digest: `${name}-digest`,
              size: 1000,
              size_vram: 0,
              context_length: loadedCtx,
              expires_at: "2030-01-01T00:00:00Z",
            }));
      return json({ models });
    }
    if (request.url === "/api/embed")
      return json({
        model: body.model,
        embeddings: body.input.map((_, index) => [index, 1]),
        prompt_eval_count: body.input.length,
      });
    if (body.prompt === "") {
      loadedCtx = body.keep_alive === 0 ? 0 : (body.options?.num_ctx ?? 4096);
      return json({
        model: body.model,
        created_at: new Date().toISOString(),
        response: "",
        done: true,
        done_reason: body.keep_alive === 0 ? "unload" : "load",
      });
    }
    void generate(body, response, arrivedMs);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();

// Calls the library against one host, every surface at once, and prints a JSON line for each: what came, and when.
// Usage: node faults/library-surfaces.js HOST DEADLINE_MS
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchmarkModel } from "../packages/bench/dist/index.js";
import { createExecutor, OllamaClient, OllamaError } from "../packages/core/dist/index.js";
import { Conversation, ModelRunner } from "../packages/runner/dist/index.js";

const [host = "", deadline = "3000"] = process.argv.slice(2);
const totalMs = Number(deadline);
const folder = mkdtempSync(join(tmpdir(), "codo-faults-"));
const client = new OllamaClient({ host, timeouts: { totalMs } });
const runner = new ModelRunner(createExecutor(client));
const call = { timeouts: { totalMs } };
const messages = [{ role: "user", content: "hi" }];
const journal = join(folder, "journal.jsonl");

const SURFACES = {
  "client list": () => client.list(),
  "client show": () => client.show({ model: "m" }),
  "client chat": () => client.chat({ model: "m", messages }),
  "client chat, streamed": () => drain(client.chat({ model: "m", messages, stream: true })),
  "client embed": () => client.embed({ model: "m", input: "hi" }),
  runner: () => runner.runWithOptions("m", "hi", {}, call).then(thrown),
  "runner, streamed": () => drain(runner.runStreaming("m", "hi", {}, call)),
  conversation: () => new Conversation(runner, "m").send("hi", call).then(thrown),
  batch: async () => {
    const results = await runner.runBatch("m", ["one", "two"], {}, { ...call, journal, concurrency: 1 });
    results.forEach(thrown);
  },
};

async function drain(stream) {
  for await (const _piece of stream);
}

// A result that failed is an answer as good as an error: the reason is looked at in the same way.
function thrown(result) {
  if (result.success) return;
  const error = new OllamaError(result.metadata.error?.code ?? "NO_CODE", result.errorMessage ?? "NO MESSAGE");
  throw error;
}

await Promise.all(
  Object.entries(SURFACES).map(async ([surface, work]) => {
    const startMs = performance.now();
    const told = await work().then(
      () => ({ outcome: "answered" }),
      (error) => ({
        outcome: OllamaError.is(error) ? "error" : "raw error",
        code: error?.code,
        message: String(error?.message ?? error),
        ...(OllamaError.is(error) ? {} : { stack: String(error?.stack) }),
      }),
    );
    console.log(
      JSON.stringify({ surface, ms: Math.round(performance.now() - startMs), ...told, kept: keptBy(surface) }),
    );
  }),
);
await benchSurface();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

async function benchSurface() {
  const startMs = performance.now();
  const stop = AbortSignal.timeout(totalMs);
  const plan = { trials: 1, warmup: 0, signal: stop };
  const told = await benchmarkModel(createExecutor(client), "m", ["hi"], { numPredict: 2 }, plan).then(
    ({ results }) => ({
      outcome: results.some(({ counts }) => counts.ok > 0) ? "answered" : "error",
      message: "a report without an answer",
    }),
    (error) => ({
      outcome: OllamaError.is(error) ? "error" : "raw error",
      message: String(error?.message),
      stack: OllamaError.is(error) ? "" : String(error?.stack),
    }),
  );
  console.log(JSON.stringify({ surface: "bench", ms: Math.round(performance.now() - startMs), ...told, kept: "" }));
}

function keptBy(surface) {
  if (surface !== "batch") return "";
  try {
    return `${readFileSync(journal, "utf8").trimEnd().split("\n").length} lines in the journal`;
  } catch {
    return "no journal";
  }
}

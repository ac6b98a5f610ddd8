// Runs in a folder in which npm installed a mix of versions: the contract tests of the packages, and a day's work that
// goes through all of them. Written for any version since 0.1.0; names that came later do not belong here.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { benchmarkModel, renderReport } from "@codo/ollama-bench";
import { runCli } from "@codo/ollama-cli";
import { ConfigManager } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-contract";
import { testExecutor } from "@codo/ollama-contract/testing";
import { createExecutor, OllamaClient, OllamaManager } from "@codo/ollama-core";
import { startEngine } from "@codo/ollama-engine";
import { OutputManager } from "@codo/ollama-output";
import { createHostPool, ModelRunner } from "@codo/ollama-runner";
import { pageOverResults, queueWork } from "./exercise-services.js";
import { startModelServer } from "./model-server.js";

const PROMPTS = ["What is the capital of France?", "What is the capital of Japan?"];
const ANSWERS = [/Paris/, /Tokyo/];

/** The page came later than the first release, and the queue needs a Redis: `node exercise.js [REDIS]`. */
const [redis] = process.argv.slice(2);
const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
const hasQueue = "@codo/ollama-queue" in dependencies && redis !== undefined;
const hasPage = "@codo/ollama-ui" in dependencies;

const executors = {
  "a client's executor": (host) => createExecutor(new OllamaClient({ host, retry: false })),
  "the manager": (host) => new OllamaManager({ host, autoStartServer: false }),
  "the host pool": (host) => createHostPool([host]),
};

async function contractTests() {
  let cases = 0;
  for (const [name, make] of Object.entries(executors)) {
    const tests = testExecutor(async (script) => {
      const server = await startModelServer(script);
      const executor = make(server.url);
      const close = async () => {
        await executor[Symbol.asyncDispose]?.();
        await server.close();
      };
      return { executor, left: server.left, close };
    });
    for (const test of tests) {
      cases += 1;
      await test.run().catch((cause) => {
        throw new Error(`${name}: ${test.name}: ${cause.message}`, { cause });
      });
    }
  }
  return cases;
}

async function daysWork(folder) {
  const engine = await startEngine();
  try {
    const executor = createExecutor(new OllamaClient({ host: engine.url }));
    const runner = new ModelRunner(executor);
    const outputs = new OutputManager(folder);
    const journal = join(folder, "batch.jsonl");
    const onResult = (result) => outputs.saveExecutionResult(result);
    const results = await runner.runBatch("codo-tiny", PROMPTS, { temperature: 0 }, { journal, onResult });
    for (const [at, { response }] of results.entries()) assert.match(response, ANSWERS[at]);
    const again = await runner.runBatch("codo-tiny", PROMPTS, { temperature: 0 }, { journal });
    assert.deepEqual(
      again.map(({ id }) => id),
      results.map(({ id }) => id),
      "a finished batch is not run again",
    );
    assert.equal((await outputs.listSavedOutputs({ limit: 10 })).items.length, PROMPTS.length);
    await outputs.close();
    if (hasQueue) await queueWork(redis, engine.url, { prompts: PROMPTS, answers: ANSWERS });
    if (hasPage) await pageOverResults(folder, engine.url);

    const report = await benchmarkModel(executor, "codo-tiny", PROMPTS, { temperature: 0 }, { trials: 1 });
    assert.match(renderReport(report, "text"), /ttft_ms/);

    const missing = await runner.runWithOptions("no-such-model", "Hello").catch((error) => error);
    assert.equal(OllamaError.is(missing) ? missing.code : missing.metadata.error?.code, "MODEL_NOT_FOUND");

    const settings = join(folder, "settings.json");
    await new ConfigManager(settings).set("temperature", 0.25);
    assert.equal((await new ConfigManager(settings).resolveExecutionOptions("codo-tiny")).temperature, 0.25);
    await commandLine(folder, engine.url);
  } finally {
    await engine.stop();
  }
}

/** The library's command line uses the mix; the executable carries its own parts and meets the mix at the files. */
async function commandLine(folder, host) {
  let text = "";
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const around = {
    stdout,
    stderr: process.stderr,
    env: { ...process.env, HOME: folder },
    signal: new AbortController().signal,
  };
  const args = ["outputs", "list", "--json", "--output-dir", folder];
  assert.equal(await runCli(args, around), 0);
  assert.match(text, /capital of Japan/);
  // Not synchronously: the engine that it asks answers from this process.
  const codo = async (...rest) => {
    const program = ["node_modules/@codo/ollama-cli/bin/codo.js", ...rest];
    const running = promisify(execFile)(process.execPath, program, { env: around.env });
    running.child.stdin.end();
    return (await running).stdout;
  };
  assert.match(await codo(...args), /capital of Japan/);
  assert.match(await codo("run", "-m", "codo-tiny", PROMPTS[0], "--host", host, "--output-dir", folder), ANSWERS[0]);
}

const folder = await mkdtemp(join(tmpdir(), "codo-mix-"));
try {
  const cases = await contractTests();
  await daysWork(folder);
  assert.ok((await readdir(folder)).length > 0);
  const services = [hasQueue ? ", the queue" : "", hasPage ? ", the page" : ""].join("");
  console.log(`${cases} contract tests and a day's work${services}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

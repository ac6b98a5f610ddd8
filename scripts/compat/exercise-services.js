// What a mix does with the queue and with the page: each is given an executor and a store of the mix. Runs beside
// exercise.js, and only where these packages are part of the mix.
import assert from "node:assert/strict";
import { createExecutor, OllamaClient, OllamaManager } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { ModelRunner } from "@codo/ollama-runner";

/** A batch that goes through Redis: a worker of the mix over an engine, and a runner of the mix over the queue. */
export async function queueWork(connection, host, { prompts, answers }) {
  const { createQueueExecutor, createWorker } = await import("@codo/ollama-queue");
  const executor = createExecutor(new OllamaClient({ host, retry: false }));
  const worker = await createWorker({ connection, executor, models: ["codo-tiny"] });
  const fleet = createQueueExecutor({ connection });
  try {
    const results = await new ModelRunner(fleet).runBatch("codo-tiny", prompts, { temperature: 0 });
    for (const [at, { response }] of results.entries()) assert.match(response, answers[at]);
  } finally {
    await fleet[Symbol.asyncDispose]();
    await worker.close();
  }
}

/** The page over a store and a manager of the mix: what was saved is listed, and a prompt is answered. */
export async function pageOverResults(folder, host) {
  const { startUi } = await import("@codo/ollama-ui");
  const output = new OutputManager(folder);
  const manager = new OllamaManager({ host, autoStartServer: false });
  const { url, stop } = await startUi({ manager, output });
  try {
    const cookie = (await fetch(url, { redirect: "manual" })).headers.get("set-cookie").split(";")[0];
    const ask = (path, init) =>
      fetch(new URL(path, url), { ...init, headers: { cookie, "content-type": "application/json" } });
    const listed = await ask("/api/results?q=Japan");
    assert.equal(listed.status, 200);
    assert.match(await listed.text(), /capital of Japan/);
    const body = JSON.stringify({ model: "codo-tiny", prompt: "What is the capital of France?" });
    const started = await ask("/api/runs", { method: "POST", body });
    assert.ok(started.ok, `a run of the page: ${started.status}`);
    const { id } = await started.json();
    assert.match(await (await ask(`/api/runs/${id}/events`)).text(), /Paris/);
  } finally {
    await stop();
    await output.close();
    await manager.cleanup();
  }
}

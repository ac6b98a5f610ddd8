import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { findTool, needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { InferenceProcess, StartInference } from "../../src/inference/inference-contract.js";
import { WATCHED } from "../../src/inference/llama-server/server-process.js";
import { startLlamaServer } from "../../src/inference/llama-server/start-llama-server.js";
import { startInference } from "../../src/inference/start-inference.js";
import { CODO_TINY, chat, collect, ENDLESS, GREEDY, request } from "./inference-fixtures.js";

const TOOL = "llama-server";

const question = chat("What is the capital of France?");

describe("an inference process", () => {
  answersAsItShould(startInference);
  diesAsItShould(startInference);
});

describe("a llama-server", () => {
  needsTools(TOOL);
  const start: StartInference = async (options, signal) => await startLlamaServer(TOOL)(options, signal);
  const isThere = findTool(TOOL) !== undefined;
  answersAsItShould(start, isThere);
  diesAsItShould(start);

  it("says why it can't load a file", async () => {
    const modelPath = fileURLToPath(import.meta.url);
    await expect(start({ modelPath, numCtx: 512, parallel: 1 })).rejects.toMatchObject({
      reason: "load",
      message: expect.stringContaining("not in GGUF format"),
    });
  });

  it("makes the vectors of several inputs together, as the built-in one does", async () => {
    const options = { modelPath: CODO_TINY, numCtx: 512, parallel: 1, embedding: true, pooling: "mean" } as const;
    const processes = [await start(options), await startInference(options)];
    const inputs = ["The sky is blue.", "What is the capital of France?", "Hi", "word ".repeat(300), "a", "b"];
    const [ours, theirs] = await Promise.all(processes.map((one) => one.embed(inputs, { truncate: true })));
    await Promise.all(processes.map((one) => one.stop()));
    expect(ours?.promptCount).toBe(theirs?.promptCount);
    for (const [index, vector] of (ours?.vectors ?? []).entries()) {
      expect(cosine(vector, theirs?.vectors[index] ?? [])).toBeGreaterThan(0.999);
    }
  });

  it("ends when its parent is killed, also while it loads or computes", async () => {
    const parent = spawn(process.execPath, ["--input-type=module", "-e", PARENT], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(parent.stdout, "data")) as [Buffer];
    const url = said.toString().trim();
    await expect(fetch(`${url}/health`)).resolves.toMatchObject({ status: 200 });
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(fetch(`${url}/health`)).rejects.toThrow(), { timeout: 20_000, interval: 20 });
  });
});

/** A process that starts a llama-server and says where it listens. */
const PARENT = `
  import { register } from "node:module";
  import { spawn } from "node:child_process";
  const child = spawn("sh", ["-c", ${JSON.stringify(WATCHED)}, "sh", "llama-server",
    "--model", ${JSON.stringify(CODO_TINY)}, "--host", "127.0.0.1", "--port", "0"]);
  const take = (data) => {
    const url = /listening on (http:\\S+)/.exec(String(data))?.[1];
    if (url) process.stdout.write(url + "\\n");
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
`;

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function answersAsItShould(start: StartInference, isThere = true): void {
  let engine: InferenceProcess;
  beforeAll(async () => {
    if (isThere) engine = await start({ modelPath: CODO_TINY, numCtx: 2048, parallel: 2 });
  });
  afterAll(() => engine?.stop());

  it("generates the same text twice at temperature 0, and reuses the prompt", async () => {
    const first = await collect(engine.generate(request(question)));
    const second = await collect(engine.generate(request(question)));
    expect(first.text).toBe("The capital of France is Paris.");
    expect(second.text).toBe(first.text);
    expect(first.done).toMatchObject({ reason: "stop", evalCount: first.done.tokens.length + 1 });
    expect(second.done.cachedCount).toBe(second.done.promptCount - 1);
    expect(first.done.promptNs).toBeGreaterThan(0);
    expect(first.done.evalNs).toBeGreaterThan(0);
  });

  it("keeps two conversations apart, and each one's beginning in memory", async () => {
    const conversations = [chat("What is the capital of Spain?"), chat("Tell me a story about a dog.")];
    const first = [];
    for (const prompt of conversations) first.push(await collect(engine.generate(request(prompt))));
    for (const [i, prompt] of conversations.entries()) {
      const longer = `${prompt}${first[i]?.text}<|im_end|>\n${chat("Thank you.")}`;
      const { done } = await collect(engine.generate(request(longer)));
      expect(done.cachedCount).toBeGreaterThanOrEqual(first[i]?.done.promptCount ?? Number.NaN);
      expect(done.cachedCount).toBeLessThan(done.promptCount);
    }
  });

  it("gives back the text of the tokens that it reports", async () => {
    const { text, done } = await collect(engine.generate(request(question)));
    expect(await engine.detokenize(done.tokens)).toBe(text);
    expect(await engine.detokenize(await engine.tokenize("Grüße, 世界 🎈"))).toBe("Grüße, 世界 🎈");
  });

  it("ends at numPredict with length", async () => {
    const { done } = await collect(engine.generate(request(question, { numPredict: 3 })));
    expect(done).toMatchObject({ reason: "length", evalCount: 3 });
  });

  it("holds a stop string back across tokens", async () => {
    const { text, pieces, done } = await collect(engine.generate(request(question, { stop: ["of France"] })));
    expect(text).toBe("The capital ");
    expect(pieces.join("")).toBe(text);
    expect(done.reason).toBe("stop");
  });

  it("says the same with the same seed", async () => {
    const sampling = { ...GREEDY, temperature: 1.5, topP: 1, topK: 0, seed: 42 };
    const run = (seed: number) =>
      collect(engine.generate(request(chat("Tell me a story."), { sampling: { ...sampling, seed } })));
    const [first, second, other] = [await run(42), await run(42), await run(43)];
    expect(second.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  it("computes more generations than it has sequences", async () => {
    const runs = Array.from({ length: 5 }, () => collect(engine.generate(request(question))));
    for (const { text } of await Promise.all(runs)) expect(text).toBe("The capital of France is Paris.");
  });

  it("rejects with the signal's reason and serves the next one", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const run = async () => {
      for await (const event of engine.generate(request(question), controller.signal)) {
        if (event.type === "start") controller.abort(reason);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect((await collect(engine.generate(request(question)))).text).toBe("The capital of France is Paris.");
  });

  it("serves a waiting request after an abort in the middle of a long prompt", async () => {
    let started = () => {};
    const promise = new Promise<void>((resolve) => {
      started = resolve;
    });
    const controller = new AbortController();
    const occupy = async () => {
      for await (const _ of engine.generate(request("word ".repeat(900)), controller.signal)) started();
    };
    const occupied = [occupy(), occupy()];
    const waiting = collect(engine.generate(request(question)));
    await promise;
    controller.abort();
    for (const run of await Promise.allSettled(occupied)) expect(run.status).toBe("rejected");
    expect((await waiting).text).toBe("The capital of France is Paris.");
  });

  it("waits for a slow reader without losing anything", async () => {
    const endless = await start({ modelPath: ENDLESS, numCtx: 512, parallel: 1 });
    const events = endless.generate(request("Hi", { numPredict: 2000 }))[Symbol.asyncIterator]();
    const first = await events.next();
    expect(first.value).toMatchObject({ type: "start" });
    // The process answers other questions meanwhile, and has nothing more to say after a while.
    for (let i = 0; i < 50; i++) await endless.tokenize("the sky");
    let tokens = 0;
    for (let event = await events.next(); !event.done; event = await events.next()) {
      if (event.value.type === "token") tokens += 1;
    }
    expect(tokens).toBe(2000);
    await endless.stop();
  });

  it("refuses tokens that the model does not have, and lives on", async () => {
    await expect(collect(engine.generate(request([999_999])))).rejects.toMatchObject({ reason: "input" });
    await expect(engine.detokenize([-1])).rejects.toMatchObject({ reason: "input" });
    expect((await collect(engine.generate(request(question)))).done.reason).toBe("stop");
  });
}

function diesAsItShould(start: StartInference): void {
  it("rejects all generations with a typed error when the process dies", async () => {
    const engine = await start({ modelPath: ENDLESS, numCtx: 512, parallel: 1 });
    const waiting = collect(engine.generate(request("Hi", { numPredict: -1 })));
    const run = async () => {
      for await (const event of engine.generate(request("Hi", { numPredict: -1 }))) {
        if (event.type === "start") process.kill(engine.pid, "SIGKILL");
      }
    };
    const outcomes = await Promise.allSettled([run(), waiting]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { reason: "exited", code: "SERVER_ERROR" } });
    }
    expect(await engine.exited).toMatchObject({ signal: "SIGKILL" });
    await expect(engine.tokenize("x")).rejects.toMatchObject({ reason: "exited" });
  });

  it("rejects what is being computed when it is stopped", async () => {
    const engine = await start({ modelPath: ENDLESS, numCtx: 512, parallel: 1 });
    const run = async () => {
      for await (const event of engine.generate(request("Hi", { numPredict: -1 }))) {
        if (event.type === "start") void engine.stop();
      }
    };
    await expect(run()).rejects.toMatchObject({ reason: "exited" });
    await engine.stop();
  });

  it("rejects with the signal's reason while the model is loading", async () => {
    const reason = new Error("changed my mind");
    const controller = new AbortController();
    const loading = start({ modelPath: CODO_TINY, numCtx: 512, parallel: 1 }, controller.signal);
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
  });
}

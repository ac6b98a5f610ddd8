import { freePort } from "@codo/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OllamaClient } from "../src/client/ollama-client.js";
import type { OllamaManagerInit } from "../src/manager/manager-options.js";
import { OllamaManager } from "../src/manager/ollama-manager.js";
import type { Progress } from "../src/progress/progress-tracker.js";
import { OllamaServer } from "../src/server/ollama-server.js";
import { DIGEST_A, DIGEST_B, type FakeApi, fakeApi, json, listed, ndjson } from "./support/fake-api.js";
import { FAKE_OLLAMA, fakePlace } from "./support/fake-ollama.js";

let api: FakeApi;
const managers: OllamaManager[] = [];
beforeEach(async () => {
  api = await fakeApi();
});
afterEach(async () => {
  await Promise.all(managers.splice(0).map((manager) => manager.cleanup()));
  await api.close();
});

function managerOf(init: OllamaManagerInit = {}): OllamaManager {
  const manager = new OllamaManager({ host: api.host, ...init });
  managers.push(manager);
  return manager;
}

const tags = (...models: Record<string, unknown>[]) => json({ models });

describe("the list of models", () => {
  it("has the specification's fields, and the contract's", async () => {
    api.routes["/api/ps"] = json({ models: [{ name: "tiny:latest", digest: DIGEST_A, size: 1 }] });
    expect(await managerOf().listModels()).toEqual([
      {
        name: "tiny:latest",
        id: "a1b2c3d4e5f6",
        size: 2_202_006,
        modified: "2026-11-22T09:19:17.132Z",
        parameters: "1.1B",
        family: "llama",
        format: "gguf",
        status: "loaded",
        digest: DIGEST_A,
        quantization: "F16",
        contextLength: 2048,
      },
    ]);
  });

  it("is asked for once by calls at the same time, and kept", async () => {
    const manager = managerOf();
    await Promise.all([
      manager.listModels(),
      manager.listModels({ forceRefresh: true }),
      manager.getModelByName("tiny"),
    ]);
    await manager.listModels();
    expect(api.count("/api/tags")).toBe(1);
    await manager.listModels({ forceRefresh: true });
    expect(api.count("/api/tags")).toBe(2);
  });

  it("is kept for cacheTtl seconds", async () => {
    let nowMs = 0;
    const manager = managerOf({ cacheTtl: 10, now: () => nowMs });
    await manager.listModels();
    nowMs = 9999;
    await manager.listModels();
    expect(api.count("/api/tags")).toBe(1);
    nowMs = 10_000;
    await manager.listModels();
    expect(api.count("/api/tags")).toBe(2);
  });

  it("is not kept with a cacheTtl of 0", async () => {
    const manager = managerOf({ cacheTtl: 0 });
    await manager.listModels();
    await manager.listModels();
    expect(api.count("/api/tags")).toBe(2);
  });

  it("cannot be spoiled by a caller", async () => {
    const manager = managerOf();
    const [model] = await manager.listModels();
    if (model) model.name = "changed";
    expect((await manager.listModels())[0]?.name).toBe("tiny:latest");
  });

  it("comes although the server cannot say what is loaded", async () => {
    api.routes["/api/ps"] = json({ error: "no" }, 500);
    expect((await managerOf().listModels())[0]?.status).toBe("available");
  });

  it("rejects when there is no server, for nobody knows the answer", async () => {
    const manager = managerOf({ host: `127.0.0.1:${await freePort()}`, autoStartServer: false });
    await expect(manager.listModels()).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
    await expect(manager.getModelByName("tiny")).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
  });
});

describe("whether a model is there", () => {
  it.each(["tiny", "tiny:latest", "TINY", "library/tiny"])("knows %s as Ollama does", async (name) => {
    const manager = managerOf();
    expect(await manager.isModelAvailable(name)).toBe(true);
    expect((await manager.getModelByName(name))?.name).toBe("tiny:latest");
    expect(manager.lastError).toBeUndefined();
  });

  it("looks on the server before it says no", async () => {
    const manager = managerOf();
    await manager.listModels();
    api.routes["/api/tags"] = tags(listed("tiny:latest"), listed("late:latest"));
    expect(await manager.isModelAvailable("late")).toBe(true);
    expect(await manager.isModelAvailable("tiny:other")).toBe(false);
    expect(manager.lastError).toMatchObject({ code: "MODEL_NOT_FOUND" });
    expect(await manager.getModelByName("tiny:other")).toBeUndefined();
  });

  it("does not ask twice in a row", async () => {
    expect(await managerOf().isModelAvailable("none")).toBe(false);
    expect(api.count("/api/tags")).toBe(1);
  });

  it("is no, with the reason, when there is no server", async () => {
    const manager = managerOf({ host: `127.0.0.1:${await freePort()}`, autoStartServer: false });
    expect(await manager.isModelAvailable("tiny")).toBe(false);
    expect(manager.lastError).toMatchObject({ code: "SERVER_UNAVAILABLE" });
  });

  it("rejects when it is aborted", async () => {
    const aborted = managerOf().isModelAvailable("tiny", { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("a run", () => {
  it("gives the result, with the digest of the model", async () => {
    const chunks: string[] = [];
    const result = await managerOf().runModel("tiny", "Say hi", {
      options: { temperature: 0 },
      stream: true,
      onChunk: (text) => chunks.push(text),
    });
    expect(result).toMatchObject({ modelName: "tiny", response: "Hi there", success: true, tokensUsed: 5 });
    expect(result.metadata.model.digest).toBe(DIGEST_A);
    expect(chunks).toEqual(["Hi", " there"]);
    expect(api.requests.find(({ path }) => path === "/api/generate")?.body).toEqual({
      model: "tiny",
      prompt: "Say hi",
      options: { temperature: 0 },
      stream: true,
    });
  });

  it.each([
    [json({ error: "model 'nope' not found" }, 404), "MODEL_NOT_FOUND", "not found"],
    [json({ error: "model runner has unexpectedly stopped" }, 500), "SERVER_ERROR", "unexpectedly stopped"],
    [ndjson({ response: "part" }, { error: "it broke" }), "SERVER_ERROR", "it broke"],
    [ndjson({ response: "part" }), "STREAM_INCOMPLETE", ""],
  ])("that fails does not throw (%#)", async (route, code, text) => {
    api.routes["/api/generate"] = route;
    const manager = managerOf();
    const result = await manager.runModel("nope", "x");
    expect(result.success).toBe(false);
    expect(result.errorMessage).toContain(text);
    expect(result.metadata.error?.code).toBe(code);
    expect(manager.lastError?.code).toBe(code);
  });

  it("without a server does not throw either", async () => {
    const host = `127.0.0.1:${await freePort()}`;
    for (const init of [{ autoStartServer: false }, { ollamaBinary: "no-such-ollama" }]) {
      const result = await managerOf({ host, ...init }).runModel("tiny", "x");
      expect(result.metadata.error).toMatchObject({ code: "SERVER_UNAVAILABLE", retryable: true });
      expect(result.errorMessage).toContain(host);
    }
  });

  it("throws for mistakes in the program, and for aborts", async () => {
    const manager = managerOf();
    await expect(manager.runModel("tiny", 7 as never)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(manager.runModel("", "x")).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(manager.runModel("tiny", "x", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ABORTED",
    });
    const failing = manager.runModel("tiny", "x", {
      onChunk: () => {
        throw new Error("mine");
      },
    });
    await expect(failing).rejects.toThrow("mine");
  });

  it("gives its handle at once", async () => {
    const handle = managerOf().runModelAsync("tiny", "x");
    expect(handle.status).toBe("pending");
    expect(handle.id).toHaveLength(26);
    expect((await handle).id).toBe(handle.id);
    expect(handle.status).toBe("succeeded");
  });

  it("that is cancelled closes its connection, so that the server stops", async () => {
    const closed = new Promise<void>((resolve) => {
      api.routes["/api/generate"] = (_, response) => {
        response.write('{"response":"on and on"}\n');
        response.on("close", () => resolve());
      };
    });
    const handle = managerOf().runModelAsync("tiny", "x");
    for await (const event of handle) if (event.type === "text") handle.cancel();
    await closed;
    expect((await handle).metadata.error?.code).toBe("ABORTED");
  });

  it("of a model that is gone makes the manager look again", async () => {
    const manager = managerOf();
    await manager.listModels();
    api.routes["/api/generate"] = json({ error: "model 'tiny' not found" }, 404);
    api.routes["/api/tags"] = tags();
    await manager.runModel("tiny", "x");
    expect(await manager.listModels()).toEqual([]);
  });
});

describe("downloads", () => {
  const pulled = ndjson(
    { status: "pulling manifest" },
    { status: "pulling aaa", digest: "sha256:aaa", total: 10, completed: 10 },
    { status: "success" },
  );

  it("get a model and make the list new", async () => {
    api.routes["/api/pull"] = pulled;
    const manager = managerOf();
    await manager.listModels();
    api.routes["/api/tags"] = tags(listed("tiny:latest"), listed("new:latest"));
    expect(await manager.downloadModel("new")).toBe(true);
    expect(await manager.listModels()).toHaveLength(2);
    expect(api.requests.find(({ path }) => path === "/api/pull")?.body).toEqual({ model: "new", stream: true });
  });

  it("that the registry refuses are false with the server's text", async () => {
    api.routes["/api/pull"] = ndjson(
      { status: "pulling manifest" },
      { error: "pull model manifest: file does not exist" },
    );
    const manager = managerOf();
    expect(await manager.downloadModel("none")).toBe(false);
    expect(manager.lastError?.message).toContain("file does not exist");
  });

  it("that stall are asked for again and go on, with progress that never goes back", async () => {
    let attempt = 0;
    const completed: number[] = [];
    api.routes["/api/pull"] = (body, response, request) => {
      attempt++;
      if (attempt > 2) return pulled(body, response, request);
      // A stalled server goes on repeating itself.
      const line = { status: "pulling aaa", digest: "sha256:aaa", total: 10, completed: 3 - attempt };
      const timer = setInterval(() => response.write(`${JSON.stringify(line)}\n`), 5);
      response.on("close", () => clearInterval(timer));
    };
    const onProgress = ({ completedBytes }: Progress): void => void completed.push(completedBytes);
    expect(await managerOf().downloadModel("new", { stallMs: 100, onProgress })).toBe(true);
    // More, where the machine itself stood still for a moment.
    expect(attempt).toBeGreaterThanOrEqual(3);
    // The second request says fewer bytes than the first: the server began a part anew.
    expect(completed).toEqual([...completed].sort((a, b) => a - b));
    expect(completed.at(-1)).toBe(10);
  });

  it("that break off are asked for again, and in the end given up", async () => {
    api.routes["/api/pull"] = ndjson({ status: "pulling manifest" });
    const manager = managerOf();
    expect(await manager.downloadModel("new", { maxStalls: 1 })).toBe(false);
    expect(api.count("/api/pull")).toBe(2);
    expect(manager.lastError).toMatchObject({
      code: "TIMEOUT_IDLE",
      message: expect.stringContaining("requested 2 times"),
    });
  });

  it("that are aborted reject, and the server stops", async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      api.routes["/api/pull"] = (_, response) => {
        response.write('{"status":"pulling manifest"}\n');
        response.on("close", () => resolve());
      };
    });
    const onProgress = (): void => controller.abort();
    const aborted = managerOf().downloadModel("new", { signal: controller.signal, onProgress });
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
    await closed;
  });

  it("show in the list", async () => {
    let finish: () => void = () => {};
    api.routes["/api/pull"] = (_, response) => {
      response.write('{"status":"pulling manifest"}\n');
      finish = () => response.end('{"status":"success"}\n');
    };
    const manager = managerOf();
    const downloading = manager.downloadModel("tiny");
    expect((await manager.listModels())[0]?.status).toBe("downloading");
    await vi.waitFor(() => expect(api.count("/api/pull")).toBe(1), 20_000);
    finish();
    expect(await downloading).toBe(true);
    expect((await manager.listModels())[0]?.status).toBe("available");
  });

  it("are made by ensureModel where a model is missing, and only there", async () => {
    api.routes["/api/pull"] = pulled;
    const manager = managerOf();
    expect(await manager.ensureModel("tiny")).toBe(true);
    expect(api.count("/api/pull")).toBe(0);
    expect(await manager.ensureModel("new", { pull: false })).toBe(false);
    expect(manager.lastError?.code).toBe("MODEL_NOT_FOUND");
    expect(api.count("/api/pull")).toBe(0);
    expect(await manager.ensureModel("new")).toBe(true);
    expect(api.count("/api/pull")).toBe(1);
  });
});

describe("what is known of models", () => {
  it("counts and sizes", async () => {
    api.routes["/api/tags"] = tags(
      listed("a:latest", { size: 10 }),
      listed("b:latest", { size: 30, digest: DIGEST_B }),
      listed("c:latest", { size: 20, details: {} }),
    );
    api.routes["/api/ps"] = json({ models: [{ name: "b:latest", digest: DIGEST_B, size: 40, size_vram: 40 }] });
    const stats = await managerOf().getModelStats();
    expect(stats).toMatchObject({
      totalModels: 3,
      totalSizeBytes: 60,
      byFamily: { llama: { count: 2, sizeBytes: 40 }, unknown: { count: 1, sizeBytes: 20 } },
      byQuantization: { F16: { count: 2, sizeBytes: 40 }, unknown: { count: 1, sizeBytes: 20 } },
      largest: { name: "b:latest", status: "loaded" },
      smallest: { name: "a:latest" },
      loaded: [{ name: "b:latest", sizeBytes: 40 }],
    });
  });

  it("of no models has no largest", async () => {
    api.routes["/api/tags"] = tags();
    expect(await managerOf().getModelStats()).toEqual({
      totalModels: 0,
      totalSizeBytes: 0,
      byFamily: {},
      byQuantization: {},
      loaded: [],
    });
  });

  it("capabilities come from show, once for each digest, and then with the list", async () => {
    api.routes["/api/tags"] = tags(listed("tiny:latest"), listed("alias:latest"));
    const manager = managerOf();
    expect((await manager.listModels())[0]?.capabilities).toBeUndefined();
    expect(await manager.getCapabilities("tiny")).toEqual(["completion", "tools"]);
    expect(await manager.describeModel("alias")).toMatchObject({ name: "alias", digest: DIGEST_A });
    expect(api.count("/api/show")).toBe(1);
    expect((await manager.listModels())[1]?.capabilities).toEqual(["completion", "tools"]);
    api.routes["/api/tags"] = tags(listed("tiny:latest", { digest: DIGEST_B }));
    manager.invalidateModels();
    await manager.getCapabilities("tiny");
    expect(api.count("/api/show")).toBe(2);
  });

  it("of a model that is missing is the server's error", async () => {
    api.routes["/api/show"] = json({ error: "model 'none' not found" }, 404);
    await expect(managerOf().describeModel("none")).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });
});

describe("the server behind it", () => {
  it("is not looked at before where nothing could be started", async () => {
    const manager = managerOf({ autoStartServer: false });
    await manager.runModel("tiny", "x");
    expect(api.count("/api/version")).toBe(0);
    expect(await manager.describeServer()).toEqual({ version: "0.33.0", url: api.url });
  });

  it("is started when a call needs one, started again when it vanished, and stopped by cleanup", async () => {
    const place = await fakePlace();
    const server = new OllamaServer({ ...place, ollamaBinary: FAKE_OLLAMA });
    const manager = managerOf({ server });
    expect(await manager.listModels()).toEqual([]);
    expect(server.current?.source).toBe("ollama");
    await fetch(`${place.url}/crash`).catch(() => undefined);
    expect(await manager.listModels({ forceRefresh: true })).toEqual([]);
    expect(await place.starts()).toHaveLength(2);
    await manager.cleanup();
    expect((await server.health()).status, "a server that was given belongs to whoever made it").toBe("up");
    await server.stop();
    expect((await server.health()).status).toBe("down");
  });

  it("is started again for a run when another's server has gone", async () => {
    const place = await fakePlace();
    const port = Number(place.host.split(":")[1]);
    const other = await fakeApi({}, port);
    const server = new OllamaServer({ ...place, ollamaBinary: FAKE_OLLAMA });
    const manager = managerOf({ server });
    expect((await manager.runModel("tiny", "x")).success).toBe(true);
    await other.close();
    // The stand-in knows no models: what counts is who answered.
    expect((await manager.runModel("tiny", "x")).metadata.error?.code).toBe("INVALID_REQUEST");
    expect(server.current?.source).toBe("ollama");
    await server.stop();
  });

  it("is none of its business where a client was given", async () => {
    const manager = managerOf({ client: new OllamaClient({ host: api.host }) });
    expect(manager.server).toBeUndefined();
    expect((await manager.runModel("tiny", "x")).success).toBe(true);
    expect(api.requests.map(({ path }) => path)).toEqual(["/api/generate", "/api/tags"]);
  });
});

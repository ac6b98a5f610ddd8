import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@codo/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OllamaServer, type OllamaServerInit } from "../src/server/ollama-server.js";
import { FAKE_OLLAMA, type FakeBehaviour, type FakePlace, fakePlace, isAlive, listen } from "./support/fake-ollama.js";

const toStop: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(toStop.splice(0).map((server) => server.stop()));
});

function serverAt(place: FakePlace, init: OllamaServerInit = {}): OllamaServer {
  const { host, env, stateDir } = place;
  const server = new OllamaServer({ host, env, stateDir, ollamaBinary: FAKE_OLLAMA, ...init });
  toStop.push(server);
  return server;
}

describe("a server that answers already", () => {
  it("is used and never stopped", async () => {
    const place = await fakePlace();
    const owner = serverAt(place);
    await owner.ensure();
    const user = serverAt(place);
    const { source, url, version } = await user.ensure();
    expect({ source, url, version }).toEqual({ source: "running", url: place.url, version: "0.0.0-fake" });
    await user.stop();
    expect((await owner.health()).status).toBe("up");
    expect(await place.starts()).toHaveLength(1);
  });

  it("is one when it only lists models", async () => {
    const other = await listen((request, response) => {
      response.statusCode = request.url === "/api/tags" ? 200 : 404;
      response.end(JSON.stringify(request.url === "/api/tags" ? { models: [] } : { error: "404 page not found" }));
    });
    const info = await serverAt(await fakePlace(), { host: other.host }).ensure();
    expect(info).toEqual({ url: `http://${other.host}`, source: "running" });
    await other.close();
  });

  it("is one when it wants a key first", async () => {
    const gate = await listen((_, response) => response.writeHead(401).end(JSON.stringify({ error: "unauthorized" })));
    expect((await serverAt(await fakePlace(), { host: gate.host }).ensure()).source).toBe("running");
    await gate.close();
  });
});

describe("ollama serve", () => {
  it.each<FakeBehaviour>(["serve", "slow"])("is started at the host and waited for (%s)", async (behaviour) => {
    const place = await fakePlace(behaviour);
    const server = serverAt(place);
    expect(await server.find()).toBeUndefined();
    const info = await server.ensure();
    expect(info).toMatchObject({ url: place.url, source: "ollama", version: "0.0.0-fake" });
    expect(await place.starts()).toEqual([info.pid]);
  });

  it("is started once by calls at the same time", async () => {
    const place = await fakePlace();
    const server = serverAt(place);
    const [a, b] = await Promise.all([server.ensure(), server.ensure()]);
    expect(a).toBe(b);
    expect(await place.starts()).toHaveLength(1);
  });

  it("ends as one when two programs start it at the same moment, and both use it", async () => {
    const place = await fakePlace("slow");
    const [first, second] = [serverAt(place), serverAt(place)];
    const [a, b] = await Promise.all([first.ensure(), second.ensure()]);
    expect([a.url, b.url]).toEqual([place.url, place.url]);
    await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toHaveLength(1), 20_000);
    expect((await first.health()).status).toBe("up");
    expect((await second.health()).status).toBe("up");
  });

  it("is stopped with what started it, also when it ignores a polite request", async () => {
    const place = await fakePlace("stubborn");
    const server = serverAt(place, { stopGraceMs: 50 });
    const { pid } = await server.ensure();
    await server.stop();
    expect(pid === undefined || isAlive(pid)).toBe(false);
    expect(server.current).toBeUndefined();
  });

  it("is stopped at the end of an await using block", async () => {
    const place = await fakePlace();
    const server = serverAt(place);
    const { pid } = await server.ensure();
    await server[Symbol.asyncDispose]();
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it("is started again on demand after it crashed", async () => {
    const place = await fakePlace();
    const server = serverAt(place);
    const { pid } = await server.ensure();
    await fetch(`${place.url}/crash`).catch(() => undefined);
    await vi.waitFor(() => expect(server.current).toBeUndefined(), 20_000);
    const again = await server.ensure();
    expect(again.pid).not.toBe(pid);
    expect(again.source).toBe("ollama");
  });

  it("is started where another's server vanished", async () => {
    const place = await fakePlace();
    const { pid } = await serverAt(place).ensure();
    const user = serverAt(place);
    expect((await user.ensure()).source).toBe("running");
    process.kill(pid ?? 0, "SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid ?? 0)).toBe(false), 20_000);
    await user.lost(place.url);
    expect((await user.ensure()).source).toBe("ollama");
  });

  it("is stopped by the last that uses it, whoever started it", async () => {
    const place = await fakePlace();
    const [first, second, third] = [serverAt(place), serverAt(place), serverAt(place)];
    const { pid } = await first.ensure();
    await Promise.all([second.ensure(), third.ensure()]);
    await first.stop();
    await third.stop();
    expect((await second.health()).status).toBe("up");
    expect(isAlive(pid ?? 0)).toBe(true);
    await second.stop();
    // An ended child stands in the process list until its parent has heard of it.
    await expect.poll(() => isAlive(pid ?? 0)).toBe(false);
    expect(await place.starts()).toEqual([pid]);
  });

  it("is there for each of many that come and go at once", async () => {
    const place = await fakePlace();
    const rounds = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 3; round++) {
        await using server = serverAt(place);
        await server.ensure();
        expect((await fetch(`${place.url}/api/version`)).ok).toBe(true);
      }
    });
    await Promise.all(rounds);
    expect((await place.starts()).filter(isAlive)).toEqual([]);
  });

  it("is started also where the state folder can't be written, with a log of its own", async () => {
    const place = await fakePlace();
    const stateDir = join(place.stateDir, "file");
    await writeFile(stateDir, "no folder");
    const server = serverAt(place, { stateDir });
    const { pid, source } = await server.ensure();
    expect(source).toBe("ollama");
    await server.stop();
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it("can be waited for with a signal", async () => {
    const place = await fakePlace("hang");
    const controller = new AbortController();
    const server = serverAt(place, { startTimeoutMs: 1000 });
    const waiting = server.ensure({ signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("a start that fails says why, within its deadline", () => {
  const startTimeoutMs = 6000;

  it("when the program exits at once: how, and its last lines", async () => {
    const failing = serverAt(await fakePlace("exit")).ensure();
    await expect(failing).rejects.toMatchObject({
      code: "SERVER_UNAVAILABLE",
      message: expect.stringMatching(/ended at once \(exit status 3\)[\s\S]*models folder: permission denied/),
      details: { exitCode: 3, log: expect.stringContaining("permission denied") },
    });
  });

  it.each<[FakeBehaviour, RegExp]>([
    ["hang", /did not answer at http[\s\S]*thinking about it/],
    ["web", /answers, but not as an Ollama does/],
    ["garbage", /serve" .*at http/],
  ])("when the program does %s, and the program is stopped", async (behaviour, message) => {
    const place = await fakePlace(behaviour);
    await expect(serverAt(place, { startTimeoutMs }).ensure()).rejects.toMatchObject({
      code: "SERVER_UNAVAILABLE",
      message: expect.stringMatching(message),
    });
    for (const pid of await place.starts()) expect(isAlive(pid)).toBe(false);
  });

  it("when the program is no Ollama at all", async () => {
    const failing = serverAt(await fakePlace(), { ollamaBinary: process.execPath, startTimeoutMs }).ensure();
    await expect(failing).rejects.toThrow(/ended at once.*Check that ".*" is Ollama/);
  });

  it("when the program may not be run", async () => {
    const failing = serverAt(await fakePlace(), { ollamaBinary: "/", startTimeoutMs }).ensure();
    await expect(failing).rejects.toThrow(/could not be started \(.*EACCES/);
  });

  it("when something else has the port", async () => {
    const page = await listen((_, response) => response.end("<h1>A web page</h1>"));
    const place = await fakePlace();
    const failing = serverAt(place, { host: page.host }).ensure();
    await expect(failing).rejects.toThrow(/Something answers at http.* that is no Ollama/);
    expect(await place.starts()).toEqual([]);
    await page.close();
  });

  it("when there is no program and no engine: the remedies", async () => {
    const { env, stateDir } = await fakePlace();
    const host = undefined;
    const port = await freePort();
    const server = new OllamaServer({
      host,
      env: { ...env, OLLAMA_HOST: `127.0.0.1:${port}` },
      stateDir,
      ollamaBinary: "no-such-ollama",
    });
    await expect(server.ensure()).rejects.toMatchObject({
      code: "SERVER_UNAVAILABLE",
      message: expect.stringMatching(/no program "no-such-ollama".*ollama\.com\/download.*OLLAMA_HOST/),
    });
  });

  it("when starting is switched off", async () => {
    const place = await fakePlace();
    await expect(serverAt(place).ensure({ start: false })).rejects.toThrow(/starting one is switched off/);
    expect(await place.starts()).toEqual([]);
  });
});

describe("the embedded engine", () => {
  async function engine(): Promise<{
    embedded: NonNullable<OllamaServerInit["embedded"]>;
    stopped: () => number;
    stores: string[];
  }> {
    let stopped = 0;
    const stores: string[] = [];
    const embedded = async () => ({
      startEngine: async ({ host, port, models }: { host: string; port: number; models: string }) => {
        stores.push(models);
        const running = await listen((_, response) => response.end(JSON.stringify({ version: "engine" })), port);
        return {
          url: `http://${host}:${running.host.split(":")[1]}`,
          port: Number(running.host.split(":")[1]),
          stop: async () => {
            stopped++;
            await running.close();
          },
        };
      },
    });
    return { embedded, stopped: () => stopped, stores };
  }

  it("never stands in for a host that was named", async () => {
    const { embedded } = await engine();
    const place = await fakePlace();
    for (const init of [{ host: place.host }, { host: undefined, env: { ...place.env, OLLAMA_HOST: place.host } }]) {
      const server = serverAt(place, { ...init, embedded, ollamaBinary: "no-such-ollama" });
      await expect(server.ensure()).rejects.toMatchObject({ code: "SERVER_UNAVAILABLE" });
    }
  });

  // The default address is the machine's own: where an Ollama answers there, it is the one that has to be used.
  it("is started where nothing was named and there is nothing else, and stopped", async () => {
    const { embedded, stopped } = await engine();
    const place = await fakePlace();
    const server = serverAt(place, { host: undefined, embedded, ollamaBinary: "no-such-ollama" });
    const hasOllama = (await server.find()) !== undefined;
    const info = await server.ensure();
    expect(info.source).toBe(hasOllama ? "running" : "embedded");
    expect((await server.health()).status).toBe("up");
    await server.stop();
    expect(stopped()).toBe(hasOllama ? 0 : 1);
  });

  it("gets the user's models, so that what is made lasts", async () => {
    const { embedded, stores } = await engine();
    const place = await fakePlace();
    const env = { ...place.env, OLLAMA_MODELS: "/srv/models" };
    await using server = serverAt(place, { host: undefined, env, embedded, embeddedOnly: true });
    await server.ensure();
    expect(stores).toEqual(["/srv/models"]);
  });

  it("is used beside whatever else there is where that is asked for", async () => {
    const { embedded, stopped } = await engine();
    const place = await fakePlace();
    await serverAt(place).ensure();
    const server = serverAt(place, { embedded, embeddedOnly: true });
    expect(await server.ensure()).toMatchObject({ source: "embedded", version: "engine" });
    await server.stop();
    expect(stopped()).toBe(1);
  });

  it("that cannot be loaded is SERVER_UNAVAILABLE with the reason", async () => {
    const place = await fakePlace();
    const embedded = () => Promise.reject(new Error("Cannot find package"));
    const server = serverAt(place, { host: undefined, embedded, ollamaBinary: "no-such-ollama" });
    if ((await server.find()) === undefined) await expect(server.ensure()).rejects.toThrow(/Cannot find package/);
    else expect((await server.ensure()).source).toBe("running");
  });
});

describe("watching", () => {
  it("tells when the server goes away and when it comes back", async () => {
    const place = await fakePlace();
    const owner = serverAt(place);
    await owner.ensure();
    const watcher = serverAt(place, { watchIntervalMs: 20 });
    await watcher.ensure();
    const seen: string[] = [];
    const stop = watcher.on("gone", ({ url }) => seen.push(`gone ${url}`));
    watcher.on("back", ({ url }) => seen.push(`back ${url}`));
    await watcher.health();
    // The watcher is a user of it too, so that its other user cannot stop it.
    await fetch(`${place.url}/crash`).catch(() => undefined);
    await vi.waitFor(() => expect(seen).toEqual([`gone ${place.url}`]), 20_000);
    // The connection breaks before the process has ended; until then its owner trusts it.
    await vi.waitFor(() => expect(owner.current).toBeUndefined(), 20_000);
    await owner.ensure();
    await vi.waitFor(() => expect(seen).toEqual([`gone ${place.url}`, `back ${place.url}`]), 20_000);
    stop();
  });

  it("tells of health without a server", async () => {
    const place = await fakePlace();
    const health = await serverAt(place).health();
    expect(health).toMatchObject({ status: "down", url: place.url, reason: expect.stringContaining("ECONNREFUSED") });
    expect(health.checkedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });
});

it("leaves no listeners behind", async () => {
  const count = (): number[] => ["exit", "SIGINT", "SIGTERM", "SIGHUP"].map((event) => process.listenerCount(event));
  const before = count();
  const place = await fakePlace();
  const server = serverAt(place);
  await server.ensure();
  expect(count()).toEqual(before.map((n) => n + 1));
  await server.stop();
  expect(count()).toEqual(before);
});

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningFake, startFakeOllama } from "../../runner/tests/fake-ollama.fixture.js";
import { type CliHome, createHome, ended } from "./support/cli-harness.js";

let fake: RunningFake;
let home: CliHome;

beforeAll(async () => {
  fake = await startFakeOllama({ reply: () => "The answer that was kept." });
  home = await createHome(fake.url);
});

afterAll(async () => {
  await fake?.close();
});

/** The first line that it prints. */
async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface({ input: child.stdout as Readable }), "line")) as [string];
  return line;
}

/** Lets someone in by the address that was printed. @returns the cookie */
async function enter(address: string): Promise<string> {
  const { headers } = await fetch(address);
  return (headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
}

describe("codo ui", () => {
  it("serves the results that codo run kept to who has the address, until it is stopped", async () => {
    const kept = await home.codo(["run", "-m", "m", "Why is the sky blue?"]);
    expect(kept.status, kept.stderr).toBe(0);
    const child = home.start(["ui"]);
    const end = ended(child);
    const address = await firstLine(child);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?secret=[\w-]{32}$/);
    const results = new URL("/api/results", address);
    expect((await fetch(results)).status).toBe(401);
    const headers = { cookie: await enter(address) };
    const { items } = (await (await fetch(results, { headers })).json()) as { items: { responsePreview: string }[] };
    expect(items.map(({ responsePreview }) => responsePreview)).toEqual(["The answer that was kept."]);
    child.kill("SIGINT");
    const { status, stderr } = await end;
    expect([status, stderr]).toEqual([0, "Ctrl-C ends it.\n"]);
    await expect(fetch(results)).rejects.toThrow();
  });

  it("listens on the port that is named, and says when it is taken", async () => {
    const { port } = new URL(fake.url);
    const { status, stderr } = await home.codo(["ui", "--port", port]);
    expect(status).toBe(1);
    expect(stderr).toContain(`Port ${port} cannot be used (EADDRINUSE). Choose another, or 0 for a free one.`);
    expect((await home.codo(["ui", "--port", "70000"])).status).toBe(2);
  });

  it("opens the browser by a file that only its user can read, and takes the file away at the end", async () => {
    const tools = join(home.folder, "tools");
    await mkdir(tools);
    const opener = join(tools, "xdg-open");
    const opened = join(home.folder, "opened");
    await writeFile(opener, `#!/bin/sh\nprintf '%s\\n' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`);
    await chmod(opener, 0o755);
    const child = home.start(["ui", "--open", "--json"], { env: { PATH: `${tools}:${home.env.PATH}` } });
    const end = ended(child);
    const { url } = JSON.parse(await firstLine(child)) as { url: string };
    await expect.poll(() => readFile(opened, "utf8").catch(() => "")).toMatch(/^file:.*\n$/);
    const page = fileURLToPath((await readFile(opened, "utf8")).trim());
    expect(await readFile(page, "utf8")).toContain(`url=${url}"`);
    expect((await stat(page)).mode & 0o777).toBe(0o600);
    child.kill("SIGTERM");
    await end;
    await expect(stat(page)).rejects.toThrow("ENOENT");
  });
});

import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestServer, type TestServer } from "@codo/test-utils";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

interface Seen {
  url: string;
  authorization: string | undefined;
}

/** A server that answers everything that is asked, and keeps who asked what. */
async function startWitness(seen: Seen[]): Promise<TestServer> {
  return await startTestServer((request, response) => {
    seen.push({ url: request.url ?? "", authorization: request.headers.authorization });
    const reply = { response: "hello", message: { role: "assistant", content: "hello" }, done: true };
    request.resume().on("end", () => {
      if (request.url === "/api/tags") response.end('{"models":[{"name":"m","model":"m","size":1,"digest":"d"}]}');
      else if (request.url === "/api/version") response.end('{"version":"0.33.0"}');
      else if (request.method === "HEAD") response.writeHead(404).end();
      else if (request.url?.startsWith("/api/blobs/")) response.writeHead(201).end();
      else if (request.url === "/api/create") response.end('{"status":"success"}\n');
      else response.end(`${JSON.stringify({ model: "m", ...reply })}\n`);
    });
  });
}

const theirsSaw: Seen[] = [];
const oursSaw: Seen[] = [];
let theirs: TestServer;
let ours: TestServer;
let home: CliHome;
let repository: string;

beforeAll(async () => {
  theirs = await startWitness(theirsSaw);
  ours = await startWitness(oursSaw);
});
afterAll(async () => {
  await theirs?.stop();
  await ours?.stop();
});
beforeEach(async () => {
  theirsSaw.length = 0;
  oursSaw.length = 0;
  home = await createHome();
  repository = join(home.folder, "a repository");
  await mkdir(repository);
});

const ship = async (settings: object) =>
  await writeFile(join(repository, "codo.config.json"), JSON.stringify(settings));
const here = async (line: string[], env: NodeJS.ProcessEnv = {}) => await home.codo(line, { cwd: repository, env });

const ASKING: string[][] = [
  ["run", "-m", "m", "a secret"],
  ["chat", "-m", "m"],
  ["embed", "-m", "m", "a secret"],
  ["models", "list"],
  ["models", "ps"],
  ["bench", "-m", "m", "--trials", "1"],
  ["server", "status"],
  ["server", "start"],
  ["outputs", "list"],
];

describe("a project that names a host", () => {
  it.each(ASKING)("gets nothing of `codo %s %s`, and its user is told", async (...line) => {
    await ship({ serverHost: "127.0.0.1", serverPort: theirs.port });
    const { stderr, stdout, status } = await here(line, { CODO_API_KEY: "secret" });
    expect(stderr).toContain('codo.config.json sets "serverHost", "serverPort"');
    expect(stderr).toContain(`\`codo trust '${repository}'\``);
    expect(stderr).toContain("CODO_TRUST_PROJECT=1");
    expect([stdout, status, theirsSaw]).toEqual(["", 1, []]);
  });

  it("is used once it is trusted, and gets no key even then", async () => {
    await ship({ serverHost: "127.0.0.1", serverPort: theirs.port, options: { topK: 1 } });
    const trusted = await here(["trust"]);
    expect(trusted.status, trusted.stderr).toBe(0);
    expect(trusted.stdout).toBe(
      `${repository} is trusted now. Its settings decide:\n  serverHost = "127.0.0.1"\n  serverPort = ${theirs.port}\n`,
    );
    const { stdout, status } = await here(["run", "-m", "m", "hi"], { CODO_API_KEY: "secret" });
    expect([stdout, status]).toEqual(["hello\n", 0]);
    await home.codo(["config", "set", "apiKey", "secret"]);
    await here(["run", "-m", "m", "hi"]);
    expect(theirsSaw.length).toBeGreaterThan(1);
    expect(theirsSaw.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    // The same key goes to the host that its owner names.
    await here(["run", "-m", "m", "hi"], { CODO_API_KEY: "secret", OLLAMA_HOST: ours.url });
    expect(oursSaw.map(({ authorization }) => authorization)).toContain("Bearer secret");
  });

  it("is asked about again when what it decides has changed, and when the trust is taken back", async () => {
    await ship({ serverHost: "127.0.0.1", serverPort: theirs.port });
    await here(["trust"]);
    await ship({ serverHost: "127.0.0.1", serverPort: theirs.port, outputDirectory: "x" });
    expect((await here(["models", "list"])).status).toBe(1);
    expect((await here(["trust", "--list"])).stdout).toMatch(/serverHost serverPort\s+changed/);
    await here(["trust"]);
    expect((await here(["models", "list"])).status).toBe(0);
    expect((await here(["trust", "--remove"])).stderr).toContain("is no longer trusted");
    expect((await here(["models", "list"])).status).toBe(1);
    expect((await here(["trust", "--remove"])).status).toBe(1);
  });

  it("is left out or taken as CI says, and does not matter where the command line says the host", async () => {
    await ship({ serverHost: "127.0.0.1", serverPort: theirs.port });
    expect((await here(["models", "list"], { CODO_TRUST_PROJECT: "1" })).status).toBe(0);
    const before = theirsSaw.length;
    expect(before).toBeGreaterThan(0);
    await here(["models", "list", "--host", ours.url]);
    await here(["models", "list"], { OLLAMA_HOST: ours.url });
    await here(["models", "list"], { CODO_TRUST_PROJECT: "0", CODO_SERVER_PORT: String(ours.port) });
    expect([theirsSaw.length, oursSaw.length]).toEqual([before, 3]);
  });

  it("can be looked at and mended without being trusted", async () => {
    await ship({ serverHost: "elsewhere.example", defaultModel: "theirs" });
    for (const line of [
      ["config", "list"],
      ["config", "get", "defaultModel"],
      ["config", "validate", "--offline"],
    ]) {
      const { status, stdout } = await here(line);
      expect(status).toBe(0);
      if (line[1] === "validate") expect(stdout).toContain("codo trust");
    }
    expect((await here(["config", "list"])).stdout).not.toContain("elsewhere.example");
    expect((await here(["config", "unset", "serverHost", "--project"])).status).toBe(0);
    expect((await here(["config", "get", "serverHost"])).stdout).toBe("localhost\n");
  });
});

describe("the user's own change to a project's file", () => {
  it("needs no consent again, where nothing in it lacked it", async () => {
    await here(["config", "set", "serverPort", String(theirs.port), "--project"]);
    await here(["config", "set", "serverHost", "127.0.0.1", "--project"]);
    expect((await here(["models", "list"])).status).toBe(0);
  });

  it("gives none to what somebody else wrote there", async () => {
    await ship({ outputDirectory: "./.out" });
    const { stderr } = await here(["config", "set", "serverPort", String(theirs.port), "--project"]);
    expect(stderr).toContain("codo trust");
    expect((await here(["models", "list"])).status).toBe(1);
    expect(theirsSaw).toEqual([]);
  });
});

it("an answer is not kept in a project's folder before it is trusted", async () => {
  await ship({ outputDirectory: "./.out" });
  const refused = await here(["run", "-m", "m", "hi"], { OLLAMA_HOST: ours.url });
  expect([refused.stdout, refused.status, oursSaw]).toEqual(["", 1, []]);
  await expect(stat(join(repository, ".out"))).rejects.toThrow("ENOENT");
});

it("a project's binary is not run before it is trusted", async () => {
  const ran = join(home.folder, "ran");
  await writeFile(join(repository, "evil"), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
  await ship({ ollamaBinary: "./evil", autoStartServer: true });
  const { status, stderr } = await here(["run", "-m", "m", "hi"]);
  expect([status, stderr]).toEqual([1, expect.stringContaining('"ollamaBinary"')]);
  await expect(stat(ran)).rejects.toThrow("ENOENT");
});

it("consents are for the user alone", async () => {
  await ship({ serverPort: 1 });
  await here(["trust"]);
  expect((await stat(join(home.folder, "state", "codo", "trusted-projects.json"))).mode & 0o777).toBe(0o600);
});

it("a project's values are shown as text", async () => {
  await ship({ serverHost: "a\u001b]0;owned\u0007\u009b2J" });
  const { stdout } = await here(["trust"]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(stdout).not.toMatch(/[\u001b\u009b\u0007]/);
});

describe("codo models create", () => {
  it("sends no file from outside the Modelfile's folder unless that is asked for", async () => {
    const key = join(home.folder, "id_rsa");
    await writeFile(key, "a private key");
    await symlink(key, join(repository, "weights.gguf"));
    await writeFile(join(repository, "Modelfile"), "FROM ./weights.gguf\n");
    const refused = await here(["models", "create", "mine"], { OLLAMA_HOST: ours.url });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(key);
    expect(refused.stderr).toContain("--allow-outside");
    expect(oursSaw.filter(({ url }) => url.startsWith("/api/blobs"))).toEqual([]);
    const allowed = await here(["models", "create", "mine", "--allow-outside"], { OLLAMA_HOST: ours.url });
    expect(allowed.status, allowed.stderr).toBe(0);
    expect(oursSaw.some(({ url }) => url.startsWith("/api/blobs"))).toBe(true);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "@codo/test-utils";
import { describe, expect, it } from "vitest";
import { CODO, createHome, ended } from "./support/cli-harness.js";
import { startSlowServer } from "./support/slow-server.js";

const NOBODY = `127.0.0.1:${await freePort()}`;

describe("a command line that cannot be meant", () => {
  const cases: [line: string, hint: string][] = [
    ["rnu hello", "Did you mean `codo run`?"],
    ["ps", "Here it is `codo models ps`."],
    ["ls", "Here it is `codo models list`."],
    ["show m", "Here it is `codo models show`."],
    ["pull m", "Here it is `codo models pull`."],
    ["rm m", "Here it is `codo models rm`."],
    ["stop m", "Here it is `codo models unload`."],
    ["serve", "Here it is `codo server start`."],
    ["logs -n 1", "Here it is `codo outputs list`."],
    ["-v", "Here it is `codo --version`."],
    ["chat m", "A model is named with -m: `codo chat -m m`"],
    ["run hi --temperature 0", "given with -o: -o temperature=VALUE"],
    ["run hi --num-ctx 4096", "given with -o: -o numCtx=VALUE"],
    ["models lst", "Did you mean `codo models list`?"],
    ["run hi --modle x", "Did you mean --model?"],
    ["models", "`codo models …` (list, ps"],
    ["run", "There is no prompt."],
    ["run hi -o temperature=hot", "cannot be"],
    ["run hi -o temperature", "is not KEY=VALUE"],
    ["run hi --image nowhere.png", "nowhere.png cannot be read"],
    ["outputs list --limit 0", "at least 1"],
    ["outputs list --kind nothing", "kind"],
    ["compare one -p x", "two models"],
    ["compare one one:latest -p x", "named twice"],
    ["completion", "Which shell?"],
    ["run hi --model", "--model needs a value."],
    ["run hi --model=", "--model is empty."],
    ["run hi --timeout -1", "from 0 on"],
    ["run hi --preset nope", "`codo config presets`"],
    ["config get defaultModle", 'Did you mean "defaultModel"?'],
    ["config set requestTimeout soon", "`codo config explain requestTimeout`"],
    ["outputs clean --days -5", "from 0 on"],
  ];
  it.each(cases)("codo %s", async (line, hint) => {
    const home = await createHome(NOBODY);
    const { stdout, stderr, status } = await home.codo(line.split(" "));
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

it("help before a command is the help of that command", async () => {
  const home = await createHome(NOBODY);
  const [before, after] = await Promise.all([home.codo(["help", "models", "rm"]), home.codo(["models", "rm", "-h"])]);
  expect(before).toEqual(after);
  expect(before.stdout).toMatch(/^codo models rm /);
});

it("a file with a mistake in it is a failure, and no slip of the command line", async () => {
  const home = await createHome(NOBODY);
  const file = join(home.folder, "bad.json");
  await writeFile(file, '{"config":');
  const { stderr, status } = await home.codo(["config", "list", "--config", file]);
  expect(status).toBe(1);
  expect(stderr).toContain("`codo config validate`");
});

it("a port that was mistyped is a slip of the command line", async () => {
  const typed = await (await createHome()).codo(["models", "list", "--host", "127.0.0.1:99999"]);
  expect(typed.stderr).toContain('--host: The port "99999" is not a number from 0 to 65535.');
  expect([typed.status, typed.stdout]).toEqual([2, ""]);
});

describe("a server that is not there", () => {
  it("is status 6 with what to do, and the stack only with --verbose", async () => {
    const home = await createHome(NOBODY);
    const plain = await home.codo(["run", "hi"]);
    expect(plain.status).toBe(6);
    expect(plain.stderr).toContain("`codo server start`");
    expect(plain.stderr).not.toMatch(/\n\s+at /);
    const verbose = await home.codo(["run", "hi", "--verbose"]);
    expect(verbose.stderr).toMatch(/\n\s+at /);
    expect((await home.codo(["doctor"])).status).toBe(1);
    expect((await home.codo(["doctor", "--json"])).status).toBe(0);
  });

  it("is told by `server status` in one line, with one that says what to do", async () => {
    const named = await (await createHome(NOBODY)).codo(["server", "status"]);
    expect(named.stdout).toBe(`No server answers at http://${NOBODY}.\n`);
    expect(named.stderr).toMatch(/^Start it there, or name no host .*`codo server start`.*built-in engine\.\n$/);
    expect(named.status).toBe(6);
    const { stdout } = await (await createHome("no-such-host.invalid")).codo(["server", "status"]);
    expect(stdout).toMatch(/^No server answers at http:\/\/no-such-host\.invalid:11434: .*no-such-host\.invalid.*\n$/);
  });

  it.each([["models ps"], ["models unload codo-tiny"]])("means for `codo %s` that nothing is loaded", async (line) => {
    const { stdout, stderr, status } = await (await createHome(NOBODY)).codo(line.split(" "));
    expect([stdout, status]).toEqual(["", 6]);
    expect(stderr).toMatch(
      new RegExp(`^codo: No server answers at http://${NOBODY}, so no model is loaded\\.\n {6}Start it`),
    );
  });

  it.each([["run hi"], ["models list"], ["models ps"], ["server status"], ["server start"], ["doctor"]])(
    "never makes `codo %s` send its user to the commands of another program",
    async (line) => {
      // A server can be started at any address of this machine, and would stay there.
      const home = await createHome(line === "server start" ? "no-such-host.invalid" : NOBODY);
      const { stdout, stderr } = await home.codo(line.split(" "));
      expect(stdout + stderr).not.toMatch(/ollama (serve|list|pull)|switched off|GET \//);
    },
  );

  it("is status 8 when it does not answer in time", async () => {
    const slow = await startSlowServer();
    const home = await createHome(slow.url);
    const { status, stdout } = await home.codo(["run", "-m", "slow", "hi", "--timeout", "0.3"]);
    expect(status).toBe(8);
    expect(stdout).toBe("Once upon a time\n");
    await slow.stop();
  });

  it.each([
    ["models list", "requestTimeout"],
    ["models show m", "requestTimeout"],
    ["models rm m", "requestTimeout"],
    ["models cp m n", "requestTimeout"],
    ["models unload m --timeout 0.3", "--timeout"],
    ["embed -m m hi --timeout 0.3", "--timeout"],
  ])("is status 8 for `codo %s`, with the limit to raise", async (line, limit) => {
    const server = createHttpServer((request, response) => {
      request.resume();
      if (request.url === "/api/version") response.end('{"version":"0.33.0"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const home = await createHome(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    await home.codo(["config", "set", "requestTimeout", "1"]);
    const { status, stderr } = await home.codo(line.split(" "));
    expect([status, stderr]).toEqual([8, expect.stringContaining(limit)]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ["run hi -m m"],
    ["run hi"],
    ["embed -m m hi"],
    ["models load m"],
    ["models unload m"],
    ["batch -m m"],
    ["compare a b -p x"],
  ])("that takes connections and never answers ends `codo %s` by its --timeout with status 8", async (line) => {
    let asked = 0;
    const silent = createServer((socket) => socket.on("error", () => undefined).on("data", () => asked++));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const home = await createHome(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const { status, stderr } = await home.codo([...line.split(" "), "--timeout", "0.5"], { stdin: "hi\n" });
    expect([status, stderr]).toEqual([8, expect.stringMatching(/within 500 ms.*\n.*Raise --timeout/)]);
    // Each request takes the whole limit: one is as long as it may last.
    expect(asked).toBe(1);
    await new Promise((resolve) => silent.close(resolve));
  });

  it("that answers something else is told", async () => {
    const other = createServer((socket) => socket.resume().end("SSH-2.0-x\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const home = await createHome(`127.0.0.1:${(other.address() as AddressInfo).port}`);
    expect((await home.codo(["models", "list"])).status).toBe(6);
    await new Promise((resolve) => other.close(resolve));
  });
});

describe("signals and pipes", () => {
  it.each([
    ["run", "-m", "slow", "hi"],
    ["run", "-m", "slow", "hi", "--json"],
  ])("Ctrl-C ends %s %s %s %s and the server's work", async (...args) => {
    const slow = await startSlowServer();
    const home = await createHome(slow.url);
    const child = home.start(args);
    child.stdin?.end();
    const run = ended(child);
    await slow.asked;
    child.kill("SIGINT");
    await slow.hungUp;
    expect((await run).status).toBe(130);
    await slow.stop();
  });

  it.each([["run -m slow hi"], ["run -m slow hi --context note.txt"]])(
    "`codo %s` shows the answer as it comes, and Ctrl-C keeps that part, which says that it is not whole",
    async (line) => {
      const slow = await startSlowServer();
      const home = await createHome(slow.url);
      await writeFile(join(home.folder, "note.txt"), "The garden gate is green.");
      const child = home.start(line.split(" "));
      child.stdin?.end();
      const run = ended(child);
      await once(child.stdout as Readable, "data");
      child.kill("SIGINT");
      const { stdout, stderr, status } = await run;
      expect(status).toBe(130);
      expect(stderr).toMatch(/^The part that came is kept: `codo outputs show \w{26} -r`\nInterrupted\.\n$/);
      const kept = await home.codo(["outputs", "show", "-r"]);
      expect(kept).toMatchObject({ status: 0, stdout });
      expect(kept.stderr).toMatch(/^Note: This answer is incomplete: .*cancelled/);
      expect((await home.codo(["outputs", "show"])).stdout).toMatch(/Interrupted:\n.*cancelled/);
      expect((await home.codo(["outputs", "list"], { env: { COLUMNS: "200" } })).stdout).toContain("result (partial)");
      const { items } = JSON.parse((await home.codo(["outputs", "list", "--json"])).stdout);
      expect(items).toMatchObject([{ success: false }]);
      const shown = JSON.parse((await home.codo(["outputs", "show", items[0].id, "--json"])).stdout);
      expect(shown.result).toMatchObject({ success: false, metadata: { error: { code: "ABORTED" } } });
      await slow.stop();
    },
  );

  it("Ctrl-C with --json prints the part that came as a result, and --no-save keeps nothing", async () => {
    const slow = await startSlowServer();
    const home = await createHome(slow.url);
    const child = home.start(["run", "-m", "slow", "hi", "--json", "--no-save"]);
    child.stdin?.end();
    const run = ended(child);
    await slow.asked;
    child.kill("SIGINT");
    const { stdout, stderr, status } = await run;
    expect([status, stderr]).toEqual([130, "Interrupted.\n"]);
    expect(JSON.parse(stdout)).toMatchObject({ success: false, metadata: { error: { code: "ABORTED" } } });
    expect(JSON.parse((await home.codo(["outputs", "list", "--json"])).stdout)).toEqual({ items: [] });
    await slow.stop();
  });

  it("Ctrl-C ends a batch and says how to go on", async () => {
    const slow = await startSlowServer();
    const home = await createHome(slow.url);
    const child = home.start(["batch", "-m", "slow", "-O", "done.jsonl"]);
    child.stdin?.end("one\ntwo\n");
    const run = ended(child);
    await slow.asked;
    child.kill("SIGINT");
    const { status, stderr } = await run;
    expect(status).toBe(130);
    expect(stderr).toContain("Run it again to continue");
    await slow.stop();
  });

  it("Ctrl-C ends a chat in a pipe", async () => {
    const slow = await startSlowServer();
    const home = await createHome(slow.url);
    const child = home.start(["chat", "-m", "slow"]);
    child.stdin?.write("Hello\n");
    const run = ended(child);
    await slow.asked;
    child.kill("SIGINT");
    expect((await run).status).toBe(130);
    await slow.stop();
  });

  it("a reader that has seen enough is no error", async () => {
    const home = await createHome(NOBODY);
    const shell = spawn("bash", ["-c", `set -o pipefail; "${process.execPath}" "${CODO}" config list | head -n 1`], {
      env: home.env,
    });
    const { stdout, stderr, status } = await ended(shell);
    expect(stdout).toMatch(/^KEY/);
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("takes escape sequences out of answers unless --raw is given", async () => {
    const slow = await startSlowServer({ isEnding: true });
    const home = await createHome(slow.url);
    const plain = await home.codo(["run", "-m", "slow", "hi", "--no-save"], { env: { FORCE_COLOR: "1" } });
    expect(plain.stdout).toBe("Once upon a time\n");
    expect(plain.stderr).toContain("was cut");
    const raw = await home.codo(["run", "-m", "slow", "hi", "--raw", "--no-save"]);
    expect(raw.stdout).toBe("Once upon\u001b[31m a\u001b]0;owned\u0007 time\n");
    await slow.stop();
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { FAKE_OLLAMA, type FakePlace, fakePlace, isAlive } from "./support/fake-ollama.js";

const PROGRAM = fileURLToPath(new URL("./fixtures/use-server.mjs", import.meta.url));

interface Running {
  child: ChildProcess;
  source: string;
  serverPid: number;
  output(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const running: Running[] = [];
afterEach(() => {
  for (const { child, serverPid } of running.splice(0)) {
    child.kill("SIGKILL");
    if (serverPid > 0 && isAlive(serverPid)) process.kill(serverPid, "SIGKILL");
  }
});

/** Runs the program until it has its server. */
async function run(how: string, place: FakePlace): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, how, place.host, FAKE_OLLAMA], {
    env: place.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  child.stderr.resume();
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  await vi.waitFor(() => expect(output).toContain("\n"), 25_000);
  const { pid, source } = JSON.parse(output.split("\n")[0] ?? "") as { pid?: number; source: string };
  const program = { child, source, serverPid: pid ?? 0, output: () => output, ended };
  running.push(program);
  return program;
}

it.each([
  ["end", 0],
  ["throw", 1],
  ["exit", 5],
])("a program's server ends with it: %s", async (how, expected) => {
  const program = await run(how, await fakePlace());
  expect((await program.ended).code).toBe(expected);
  await vi.waitFor(() => expect(isAlive(program.serverPid)).toBe(false), 20_000);
});

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends the program by that signal, and its server",
  async (signal) => {
    const program = await run("wait", await fakePlace());
    program.child.kill(signal);
    expect(await program.ended).toEqual({ code: null, signal });
    await vi.waitFor(() => expect(isAlive(program.serverPid)).toBe(false), 20_000);
  },
);

it("a signal that the program handles itself leaves the server alone until the program ends", async () => {
  const program = await run("own-handler", await fakePlace());
  program.child.kill("SIGINT");
  await vi.waitFor(() => expect(program.output()).toContain("handled"), 20_000);
  expect(isAlive(program.serverPid)).toBe(true);
  program.child.kill("SIGTERM");
  expect((await program.ended).code).toBe(9);
  await vi.waitFor(() => expect(isAlive(program.serverPid)).toBe(false), 20_000);
});

it("a server that was found is left running", async () => {
  const place = await fakePlace();
  const owner = await run("wait", place);
  const child = spawn(process.execPath, [PROGRAM, "exit", place.host, FAKE_OLLAMA], { env: place.env });
  await new Promise((resolve) => child.once("close", resolve));
  expect(child.exitCode).toBe(5);
  expect(isAlive(owner.serverPid)).toBe(true);
});

it("two programs that start a server at the same moment end up with one, which both use", async () => {
  const place = await fakePlace("slow");
  const programs = await Promise.all([run("wait", place), run("wait", place)]);
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toHaveLength(1), 20_000);
  expect(programs.map(({ source }) => source)).toContain("ollama");
  expect((await fetch(`${place.url}/api/version`)).ok).toBe(true);
  for (const { child } of programs) child.kill("SIGTERM");
  await Promise.all(programs.map(({ ended }) => ended));
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toEqual([]), 20_000);
});

it("the program that started a server may end first: whoever uses it too does not lose it, and stops it at last", async () => {
  const place = await fakePlace();
  const [first, second] = [await run("wait", place), await run("wait", place)];
  expect([first.source, second.source]).toEqual(["ollama", "running"]);
  first.child.kill("SIGTERM");
  await first.ended;
  // Longer than the watchdog takes to find that nobody uses a server.
  for (let look = 0; look < 20; look++) {
    expect((await fetch(`${place.url}/api/version`)).ok).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  second.child.kill("SIGTERM");
  await second.ended;
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toEqual([]), 20_000);
});

it("kill -9 of its users leaves neither the server nor the process that has its model", async () => {
  const place = await fakePlace("runner");
  const programs = [await run("wait", place), await run("wait", place)];
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toHaveLength(2), 20_000);
  programs[0]?.child.kill("SIGKILL");
  await programs[0]?.ended;
  expect((await fetch(`${place.url}/api/version`)).ok).toBe(true);
  programs[1]?.child.kill("SIGKILL");
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toEqual([]), 20_000);
});

it("kill -9 of the server itself leaves no process that has its model", async () => {
  const place = await fakePlace("runner");
  const { serverPid } = await run("wait", place);
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toHaveLength(2), 20_000);
  process.kill(serverPid, "SIGKILL");
  await vi.waitFor(async () => expect((await place.starts()).filter(isAlive)).toEqual([]), 20_000);
});

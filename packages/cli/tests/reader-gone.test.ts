import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type CliHome, CODO, createHome, ended } from "./support/cli-harness.js";
import { type DrippingServer, startDrippingServer } from "./support/dripping-server.js";

const SLOW = 120_000;
const MANY_PROMPTS = Array.from({ length: 2000 }, (_, index) => `whole ${index}\n`).join("");
let server: DrippingServer;

afterEach(async () => {
  await server.stop();
});

/** Starts a command line, closes its stdout after the first piece, and gives how it ended. */
async function leftByItsReader(child: ChildProcess, input = ""): Promise<{ stderr: string; status: number | null }> {
  child.stdin?.end(input);
  child.stdout?.once("data", () => child.stdout?.destroy());
  const { stderr, status } = await ended(child);
  return { stderr, status };
}

async function keptResults(home: CliHome): Promise<unknown[]> {
  const { stdout } = await home.codo(["outputs", "list", "--json"]);
  const { items } = JSON.parse(stdout) as { items: { id: string }[] };
  const shown = items.map(async ({ id }) => JSON.parse((await home.codo(["outputs", "show", id, "--json"])).stdout));
  return await Promise.all(shown);
}

describe("a command whose reader has left", () => {
  it.each([
    ["run", ["run", "-m", "slow", "hi"], ""],
    ["run --json --stream", ["run", "-m", "slow", "hi", "--json", "--stream"], ""],
    ["chat", ["chat", "-m", "slow"], "hi\nand then?\n"],
  ])(
    "keeps the part of `codo %s` that came, ends the request, and says nothing",
    async (_, args, input) => {
      server = await startDrippingServer();
      const home = await createHome(server.url);
      expect(await leftByItsReader(home.start(args), input)).toEqual({ stderr: "", status: 0 });
      await server.hungUp;
      expect(server.asked()).toBe(1);
      const results = await keptResults(home);
      expect(results).toMatchObject([{ result: { success: false, response: expect.stringMatching(/^piece 0\n/) } }]);
    },
    SLOW,
  );

  it("keeps the turns of a chat that were answered before", { timeout: SLOW }, async () => {
    server = await startDrippingServer();
    const home = await createHome(server.url);
    const child = home.start(["chat", "-m", "slow"]);
    expect(await leftByItsReader(child, "the whole answer, please\nand then?\n")).toEqual({ stderr: "", status: 0 });
    expect(await keptResults(home)).toMatchObject([
      { result: { success: false } },
      { result: { success: true, response: "a whole answer\n" } },
    ]);
    const { stdout } = await home.codo(["outputs", "path"]);
    const last = await readFile(join(stdout.trim(), "chats", "last.json"), "utf8");
    expect(last).toContain("a whole answer");
    expect(last).not.toContain("and then?");
  });

  it("keeps with `codo batch --save` what was answered", { timeout: SLOW }, async () => {
    server = await startDrippingServer();
    const home = await createHome(server.url);
    const child = home.start(["batch", "-m", "slow", "--save", "--concurrency", "1"]);
    expect(await leftByItsReader(child, MANY_PROMPTS)).toEqual({ stderr: "", status: 0 });
    expect(server.asked()).toBeLessThan(2000);
    const [batch] = (await keptResults(home)) as { results: { success: boolean }[] }[];
    expect(batch?.results.length).toBeGreaterThan(0);
    expect(batch?.results.every(({ success }) => success)).toBe(true);
  });

  it("has every answer that was shown in the journal of `codo batch`", { timeout: SLOW }, async () => {
    server = await startDrippingServer();
    const home = await createHome(server.url);
    const input = join(home.folder, "prompts.txt");
    await writeFile(input, MANY_PROMPTS);
    const child = home.start(["batch", input, "-m", "slow", "--json", "--concurrency", "1"]);
    expect(await leftByItsReader(child)).toEqual({ stderr: "", status: 0 });
    expect(server.asked()).toBeLessThan(2000);
    const journal = await readFile(join(home.folder, "prompts.results.jsonl"), "utf8");
    expect(journal).toContain("a whole answer");
  });

  it("tells that nothing could be kept, with its status", { timeout: SLOW }, async () => {
    server = await startDrippingServer();
    const home = await createHome(server.url);
    const folder = join(home.folder, "blocked");
    await mkdir(folder);
    await writeFile(join(folder, "outputs"), "a file where the folder of the results would be");
    const { stderr, status } = await leftByItsReader(home.start(["run", "-m", "slow", "hi", "--output-dir", folder]));
    expect(stderr).toContain("The result could not be kept");
    expect(status).toBe(1);
  });
});

describe("an output that takes no more", () => {
  it.runIf(existsSync("/dev/full"))(
    "fails with the reason, and keeps the part that came",
    { timeout: SLOW },
    async () => {
      server = await startDrippingServer();
      const home = await createHome(server.url);
      const shell = spawn("sh", ["-c", '"$0" "$@" > /dev/full', process.execPath, CODO, "run", "-m", "slow", "hi"], {
        env: home.env,
        cwd: home.folder,
      });
      const { stderr, status } = await ended(shell);
      expect(stderr).toContain("The output could not be written (ENOSPC).");
      expect(status).toBe(1);
      expect(await keptResults(home)).toMatchObject([
        { result: { success: false, response: expect.stringContaining("piece 0") } },
      ]);
    },
  );
});

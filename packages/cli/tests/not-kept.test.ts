import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome, startTestEngine, type TestEngine } from "./support/cli-harness.js";

const SLOW = 120_000;
let engine: TestEngine;
let home: CliHome;
let blocked: string;

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
  blocked = join(home.folder, "blocked");
  await writeFile(blocked, "a file where the folder of the results would be");
}, SLOW);

afterAll(async () => {
  await engine?.stop();
});

describe("an answer that was to be kept and cannot be", () => {
  it.each([
    [["run", "-m", "codo-tiny", "hi"], "result"],
    [["chat", "-m", "codo-tiny"], "result"],
  ])(
    "is told by `codo %s` with --quiet too, and by its status",
    async (args, what) => {
      const folder = join(home.folder, args[0] ?? "");
      await mkdir(folder);
      await writeFile(join(folder, "outputs"), "a file where the folder of the results would be");
      const line = [...args, "--quiet", "--output-dir", folder];
      const { stdout, stderr, status } = await home.codo(line, { stdin: args[0] === "chat" ? "hi\n" : "" });
      expect(stdout.trim()).not.toBe("");
      expect(stderr).toContain(`The ${what} could not be kept`);
      expect(status).toBe(1);
    },
    SLOW,
  );

  it(
    "is foretold by `codo doctor`, which tries a save",
    async () => {
      const outputs = async (folder: string) => {
        const { stdout } = await home.codo(["doctor", "--json", "--output-dir", folder]);
        const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; message: string }[] };
        return checks.find(({ name }) => name === "outputs");
      };
      expect(await outputs(blocked)).toMatchObject({ status: "failure", message: expect.stringContaining(blocked) });
      const sound = join(home.folder, "sound");
      expect(await outputs(sound)).toMatchObject({ status: "ok" });
      const { stdout } = await home.codo(["outputs", "stats", "--json", "--output-dir", sound]);
      expect(JSON.parse(stdout)).toMatchObject({ count: 0 });
    },
    SLOW,
  );
});

import { needsTools } from "@codo/test-utils/tools";
import { describe, expect, it } from "vitest";
import { CODO, createHome } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";
import { startPullServer } from "./support/pull-server.js";

const SLOW = 180_000;

it("says which models were pulled before one failed", async () => {
  const server = await startPullServer();
  server.goOn();
  const home = await createHome(server.url);
  const { stdout, status } = await home.codo(["models", "pull", "one", "two", "nowhere", "three", "--json"]);
  expect(status).toBe(7);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, -1).every(({ model }) => ["one", "two", "nowhere"].includes(model))).toBe(true);
  expect(lines.at(-1)).toMatchObject({ pulled: ["one", "two"], error: { code: "MODEL_NOT_FOUND" } });
  await server.stop();
});

it("off a terminal a pull has a line for each step and no bar", async () => {
  const server = await startPullServer();
  server.goOn();
  const home = await createHome(server.url);
  const { stdout, stderr } = await home.codo(["models", "pull", "one"]);
  expect(stdout).toBe("");
  expect(stderr.split("\n")).toEqual([
    "pulling manifest",
    "pulling bbbbbbbbbbbb",
    "pulling aaaaaaaaaaaa",
    "verifying sha256 digest",
    "writing manifest",
    "success",
    "one is there.",
    "",
  ]);
  await server.stop();
});

describe("at a terminal", () => {
  needsTools("tmux", "bash");

  it.each([40, 80, 200])(
    "of %i columns a pull has a bar for each layer, which stays when it is full",
    async (columns) => {
      const server = await startPullServer();
      const home = await createHome(server.url);
      const command = [process.execPath, CODO, "models", "pull", "one"];
      await using terminal = await PseudoTerminal.open({ columns, rows: 20, env: home.env, cwd: home.folder, command });
      const half = await terminal.until(/pulling a{12} +50%/);
      expect(half).toMatch(/pulling b{12} +100%/);
      server.goOn();
      const shown = await terminal.until("[status 0]");
      const lines = shown.trimEnd().split("\n");
      expect(lines.map((line) => line.replace(/▕█*▏/, "|").replace(/ +/g, " "))).toEqual([
        ...(columns === 40
          ? ["pulling bbbbbbbbbbbb 100% 11 KB", "pulling aaaaaaaaaaaa 100% 2.0 GB"]
          : ["pulling bbbbbbbbbbbb 100% | 11 KB", "pulling aaaaaaaaaaaa 100% | 2.0 GB"]),
        "success",
        "one is there.",
        "[status 0]",
      ]);
      const ends = lines.map((line) => line.indexOf("▏")).filter((end) => end !== -1);
      expect(new Set(ends).size, "bars end in one column").toBeLessThanOrEqual(1);

      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
      await server.stop();
    },
    SLOW,
  );
});

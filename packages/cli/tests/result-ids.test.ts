import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, CODO, createHome } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const LONG = "Summarise the minutes of the meeting in three sentences,\nand list who has to do what until when. 世界";

let server: AskedServer;
let home: CliHome;

beforeAll(async () => {
  server = await startAskedServer([{ name: "m:latest" }]);
  home = await createHome(server.url);
});
afterAll(async () => await server?.[Symbol.asyncDispose]());

async function ids(): Promise<string[]> {
  const { stdout } = await home.codo(["outputs", "list", "--json"]);
  return (JSON.parse(stdout) as { items: { id: string }[] }).items.map(({ id }) => id);
}

it("takes the beginning of an id, last and last~N, and names the candidates where several begin so", async () => {
  for (const prompt of ["One", "Two", LONG, "Four"]) await home.codo(["run", "-m", "m", prompt]);
  const [, third = "", second = "", first = ""] = await ids();
  const prompt = async (named: string) => {
    const { stdout, stderr } = await home.codo(["outputs", "show", named, "--json"]);
    return stdout === "" ? stderr : (JSON.parse(stdout) as { prompt?: string } | null)?.prompt;
  };
  expect(await prompt("last")).toBe("Four");
  expect(await prompt("last~3")).toBe("One");
  expect(await prompt("last~4")).toBeUndefined();
  expect(await prompt(first.slice(0, 20).toLowerCase())).toBe("One");
  expect(await prompt(`${second.slice(0, 20)}…`)).toBe("Two");

  const ambiguous = await home.codo(["outputs", "show", "01"]);
  expect(ambiguous.status).toBe(2);
  expect(ambiguous.stderr).toContain("4 results begin with 01:");
  for (const [id, shown] of [
    [first, "One"],
    [third, "Summarise the minutes of the meeting in…"],
  ]) {
    expect(ambiguous.stderr).toContain(`  ${id}  result  m  ${shown}\n`);
  }
  const unknown = await home.codo(["outputs", "rm", "7ZZ", "last"]);
  expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining("There is no result 7ZZ.") });
  // Each name is looked up before the first is removed.
  const removed = await home.codo(["outputs", "rm", "last", "last~1", third, "--json"]);
  expect(JSON.parse(removed.stdout)).toEqual({ removed: [third, second], missing: [] });
  expect(await ids()).toEqual([first]);
});

it("takes a kept report by the beginning of its id and by last, beside newer results", async () => {
  const measure = ["bench", "-m", "m", "--trials", "1", "--requests", "1", "--quiet", "--json"];
  const { stdout } = await home.codo(measure);
  const { run } = JSON.parse(stdout) as { run: { id: string } };
  const [kept = ""] = await ids();
  await home.codo(["run", "-m", "m", "Later"]);
  for (const named of ["last", kept.slice(0, 18)]) {
    const report = await home.codo(["report", named, "--format", "json"]);
    expect(report.stdout, report.stderr).toContain(run.id);
  }
});

describe("a list", () => {
  needsTools("tmux", "bash");

  it("has one line for each record: whole in a pipe, cut at a terminal, with ids that can be typed", async () => {
    const at = await createHome(server.url);
    for (const prompt of [LONG, LONG]) await at.codo(["run", "-m", "m", prompt]);
    const piped = await at.codo(["outputs", "list"], { env: { COLUMNS: "40" } });
    const [head, ...rows] = piped.stdout.trimEnd().split("\n");
    expect(head).toMatch(/^ID +KIND +MODEL +CREATED +PROMPT$/);
    expect(rows).toHaveLength(2);
    for (const row of rows)
      expect(row).toMatch(/^\w{26} .* (second|minute)s? ago +Summarise .* three sentences, and list .* 世界$/);
    for (const columns of [80, 200]) {
      await using terminal = await PseudoTerminal.open({
        columns,
        env: { ...at.env, COLUMNS: "" },
        cwd: at.folder,
        command: [process.execPath, CODO, "outputs", "list"],
      });
      const shown = (await terminal.until("[status 0]")).split("\n").slice(1, 3);
      for (const row of shown) {
        expect(row).toMatch(
          columns === 80 ? /^\w{10,25} .* (now|\d+ (s|min) ago) +Summarise .*…$/ : /^\w{10,25} .*世界$/,
        );
        const id = row.split(" ")[0] ?? "";
        const { stdout } = await at.codo(["outputs", "show", id, "--json"]);
        expect(JSON.parse(stdout)).toMatchObject({ prompt: LONG });
      }
    }
  }, 60_000);
});

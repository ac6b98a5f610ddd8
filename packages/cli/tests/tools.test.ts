import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, CODO, createHome } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const MCP_SERVER = fileURLToPath(new URL("./support/mcp-server.js", import.meta.url));
const TOOLS = `const numbers = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] };
await null;
export const add = { name: "add", description: "Adds", parameters: numbers, execute: ({ a, b }) => ({ sum: a + b }) };
export default [{ name: "fail", execute: () => { throw new Error("It is broken."); } }];
`;

let server: AskedServer;
let home: CliHome;

beforeAll(async () => {
  server = await startAskedServer([{ name: "m:latest", capabilities: ["completion", "tools"] }]);
  home = await createHome(server.url);
  await writeFile(join(home.folder, "tools.mjs"), TOOLS);
  const old = 'module.exports = { add: { name: "add", execute: () => "old" } };';
  await writeFile(join(home.folder, "old.cjs"), old);
  await writeFile(join(home.folder, "none.mjs"), "export const a = 1;");
  await writeFile(join(home.folder, "broken.mjs"), "export const = 1;");
});
beforeEach(() => {
  server.asked.length = 0;
  server.answers = [calling("add", { a: 3, b: 4 }), "It is 7."];
});
afterAll(async () => await server?.[Symbol.asyncDispose]());

function calling(name: string, args: object | string) {
  return { role: "assistant", content: "", tool_calls: [{ function: { name, arguments: args } }] };
}

/** What the last request holds of the tool's answer. */
function told(): unknown {
  return server.asked.at(-1)?.body.messages?.findLast(({ role }) => role === "tool")?.content;
}

describe("codo chat with tools", () => {
  it("calls them, keeps the calls in the chat, and takes MCP servers too", async () => {
    for (const line of [
      ["--tool", "tools.mjs"],
      ["--mcp", `${process.execPath} ${MCP_SERVER}`],
    ]) {
      server.answers = [calling("add", { a: 3, b: 4 }), "It is 7.", "Yes."];
      const stdin = "3+4?\nSure?\n/show messages\n";
      const { stdout, stderr, status } = await home.codo(["chat", "-m", "m", ...line, "--approve", "always"], {
        stdin,
      });
      expect({ stderr, status }).toEqual({ status: 0, stderr: expect.stringMatching(/^Tool add\(.*\) → .*7\}?\n$/) });
      expect(stdout).toMatch(
        /^It is 7\.\nYes\.\nuser: 3\+4\?\nassistant: \ntool: .*\nassistant: It is 7\.\nuser: Sure\?/,
      );
    }
    const failing = await home.codo(["chat", "-m", "m", "--tool", "tools.mjs"], { stdin: "Hi\n" });
    expect(failing).toMatchObject({ status: 2, stderr: expect.stringContaining("Nobody can be asked here") });
  }, 90_000);
});

describe("codo run with tools", () => {
  it.each([
    [["--tool", "tools.mjs"], '{"sum":7}', 2],
    [["--tool", "old.cjs"], "old", 1],
    [["--mcp", `${process.execPath} ${MCP_SERVER}`], "7", 2],
    [["--mcp", "sums"], "=7", 2],
  ])("%j: calls it, shows and keeps the call", async (line, output, count) => {
    const sums = { command: process.execPath, args: [MCP_SERVER], env: { PREFIX: "=" } };
    await mkdir(join(home.folder, "config", "codo"), { recursive: true });
    const settings = JSON.stringify({ mcpServers: { sums } });
    await writeFile(join(home.folder, "config", "codo", "config.json"), settings);
    const { stdout, stderr, status } = await home.codo(["run", "-m", "m", "3+4?", ...line, "--approve", "always"]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "It is 7.\n", stderr: expect.any(String) });
    expect(stderr.trim()).toBe(`Tool add({"a":3,"b":4}) → ${output}`);
    expect(told()).toBe(output);
    expect(server.asked[0]?.body.tools).toHaveLength(count);
    const kept = JSON.parse((await home.codo(["outputs", "show", "--json"])).stdout);
    expect(JSON.stringify(kept)).toContain('"calls":[{"name":"add"');
    await home.codo(["run", "-c", "And?"]);
    expect(server.asked.at(-1)?.body.messages?.map(({ role }) => role)).toEqual([
      ...["user", "assistant", "tool", "assistant", "user"],
    ]);
  });

  it("reads arguments that are sent as JSON in a string, and an empty one as none", async () => {
    const run = async (file: string) =>
      await home.codo(["run", "-m", "m", "Hi", "--tool", file, "--approve", "always"]);
    server.answers = [calling("add", '{"a":3,"b":4}'), "It is 7."];
    expect(await run("tools.mjs")).toMatchObject({ status: 0, stdout: "It is 7.\n" });
    expect(told()).toBe('{"sum":7}');
    server.answers = [calling("add", ""), "Done."];
    expect(await run("old.cjs")).toMatchObject({ status: 0, stdout: "Done.\n" });
    expect(told()).toBe("old");
  });

  it("loads code of MCP only where it is asked for", async () => {
    const loaded = async (...more: string[]) => {
      const folder = await mkdtemp(join(home.folder, "loaded-"));
      const line = ["run", "-m", "m", "Hi", "--approve", "always", ...more];
      const { status, stderr } = await home.codo(line, { env: { NODE_V8_COVERAGE: folder } });
      expect(status, stderr).toBe(0);
      const reports = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), "utf8")));
      return reports.flatMap((text) =>
        (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
      );
    };
    const ofMcp = (urls: string[]) => urls.filter((url) => url.includes("/@modelcontextprotocol/"));
    // The server writes no report of its own: it may still be at it when codo has ended.
    const server = `env -u NODE_V8_COVERAGE ${process.execPath} ${MCP_SERVER}`;
    expect(ofMcp(await loaded("--mcp", server)).length).toBeGreaterThan(0);
    const urls = await loaded("--tool", "tools.mjs");
    expect([urls.some((url) => url.endsWith("/tools.mjs")), ofMcp(urls)]).toEqual([true, []]);
  });

  it("tells the model what a tool failed with, and that it may not be called", async () => {
    for (const line of [
      ["--tool", "tools.mjs"],
      ["--mcp", `${process.execPath} ${MCP_SERVER}`],
    ]) {
      server.answers = [calling("fail", {}), "Sorry."];
      const { stdout, stderr } = await home.codo(["run", "-m", "m", "Hi", ...line, "--approve", "always"]);
      expect(stdout).toBe("Sorry.\n");
      expect(stderr).toContain("Tool fail({}) → failed: It is broken.");
      expect(told()).toBe("Error: It is broken.");
    }
    server.answers = [calling("add", { a: 1, b: 1 }), "Sorry."];
    const denied = await home.codo(["run", "-m", "m", "Hi", "--tool", "tools.mjs", "--approve", "never", "--json"]);
    const { metadata } = JSON.parse(denied.stdout);
    expect(metadata.tools).toMatchObject({ finishReason: "answer", calls: [{ name: "add", status: "denied" }] });
  });

  it.each([
    [["--tool", "tools.mjs"], /Nobody can be asked/],
    [["--approve", "always"], /none is named/],
    [["--approve", "always", "--tool", "gone.mjs"], /there is no file gone\.mjs/],
    [["--approve", "always", "--tool", "none.mjs"], /none\.mjs exports no tool/],
    [["--approve", "always", "--tool", "broken.mjs"], /broken\.mjs cannot be loaded: SyntaxError/],
    [
      ["--approve", "always", "--mcp", "no-such-command --x"],
      /"no-such-command" could not be started: .* PATH\.\n.*settings name: gone/,
    ],
    [["--approve", "always", "--mcp", "./no-such-file"], /"\.\/no-such-file" could not be started: there is no such/],
    [["--approve", "always", "--mcp", "gone"], /"no-such-program" could not be started: it is not on the PATH/],
    [["--approve", "always", "--mcp", "true"], /--mcp: true ended before .*\n.*by itself/],
    [["--approve", "always", "--mcp", "echo hello"], /--mcp: echo hello ended before .*\n.*no MCP message/],
    [
      ["--approve", "always", "--mcp", "echo no >&2; exit 3"],
      /ended before it said which tools it has\.\n *It said: no/,
    ],
    [
      ["--approve", "always", "--mcp", "sleep 60", "--timeout", "1"],
      /sleep 60 did not say in 1\.0+ ?s which tools it has/,
    ],
    [["--approve", "always", "--mcp", "http://127.0.0.1:2/mcp"], /ECONNREFUSED[\s\S]*answers at the address/],
    [["--approve", "always", "--tool", "tools.mjs", "-a", "none.mjs"], /do not go together/],
  ])("stops before anything is sent: %j", async (line, message) => {
    const settings = JSON.stringify({ mcpServers: { gone: { command: "no-such-program" } } });
    await mkdir(join(home.folder, "config", "codo"), { recursive: true });
    await writeFile(join(home.folder, "config", "codo", "config.json"), settings);
    const { status, stderr } = await home.codo(["run", "-m", "m", "Hi", ...line]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
    expect(server.asked).toHaveLength(0);
  });

  describe("at a terminal", () => {
    needsTools("tmux", "bash");

    it("asks in a chat too, and Ctrl-C gives the turn up", async () => {
      server.answers = ["n", "a", "", "C-c"].map((_, at) => calling(at === 3 ? "fail" : "add", { a: 3, b: 4 }));
      server.answers.splice(3, 0, "Done.");
      await using terminal = await PseudoTerminal.open({
        columns: 80,
        env: home.env,
        cwd: home.folder,
        command: [process.execPath, CODO, "chat", "-m", "m", "--tool", "tools.mjs"],
      });
      await terminal.until("/? for help");
      await terminal.type("Hi", "Enter");
      await terminal.until(/Call add\(\{"a":3,"b":4\}\)\? \[y\/N\/a = always\]\s*$/);
      await terminal.type("n", "Enter");
      await terminal.until(/→ denied[^>]*\? \[y\/N\/a = always\]\s*$/);
      await terminal.type("a", "Enter");
      const shown = await terminal.until(/Done\.\n[^>]*tokens\n>>>\s*$/);
      expect(shown.match(/Call add/g)).toHaveLength(2);
      expect(shown.match(/→ \{"sum":7\}/g)).toHaveLength(2);
      const count = server.asked.length;
      await terminal.type("Again", "Enter");
      await terminal.until(/Call fail\(.*\)\? \[y\/N\/a = always\]\s*$/);
      await terminal.type("C-c");
      await terminal.until(/Cancelled\.\n>>>\s*$/);
      expect(server.asked).toHaveLength(count + 1);
      await terminal.type("/bye", "Enter");
      await terminal.until("[status 0]");
    }, 60_000);

    it("asks before each call, and takes no, yes and always", async () => {
      server.answers = ["n", "y", "a", "", ""].map(() => calling("add", { a: 3, b: 4 }));
      server.answers.push("Done.");
      await using terminal = await PseudoTerminal.open({
        columns: 80,
        env: home.env,
        cwd: home.folder,
        command: [process.execPath, CODO, "run", "-m", "m", "Hi", "--tool", "tools.mjs"],
      });
      for (const answer of ["n", "y", "a"]) {
        await terminal.until(/Call add\(\{"a":3,"b":4\}\)\? \[y\/N\/a = always\]\s*$/);
        await terminal.type(answer, "Enter");
        await terminal.until(new RegExp(`always\\] ${answer}\\nTool add`));
      }
      const shown = await terminal.until("[status 0]");
      expect(shown.match(/Call add/g)).toHaveLength(3);
      expect(shown.match(/→ \{"sum":7\}/g)).toHaveLength(4);
      expect(shown).toContain("denied: The user did not approve this call.");
    }, 60_000);
  });
});

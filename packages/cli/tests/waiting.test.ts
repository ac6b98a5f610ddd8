import { needsTools } from "@codo/test-utils/tools";
import { describe, expect, it } from "vitest";
import { CODO, createHome, ended } from "./support/cli-harness.js";
import { startHeldServer } from "./support/held-server.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

describe("what an answer is waited for", () => {
  needsTools("tmux", "bash");

  it("is said at a terminal and leaves nothing behind; not in a pipe, nor where CI runs", async () => {
    await using server = await startHeldServer();
    const home = await createHome(server.url);
    home.env.NO_COLOR = "1";
    const open = async (line: string[], env: NodeJS.ProcessEnv) =>
      await PseudoTerminal.open({
        columns: 60,
        env,
        cwd: home.folder,
        command: [process.execPath, CODO, ...line, "-m", "m"],
      });
    const child = home.start(["run", "-m", "m", "Hello"]);
    const piped = ended(child);
    child.stdin?.end();
    await using ci = await open(["run", "Hello"], { ...home.env, CI: "true" });
    await server.asked(2);
    await using terminal = await open(["chat"], home.env);
    await terminal.until("/? for help");
    await terminal.type("Hello", "Enter");
    await terminal.until(/>>> Hello\n. Loading m, then it reads the prompt…/);
    await terminal.until(/>>> Hello\n. Loading m, then it reads the prompt… \ds\n/);
    expect(await terminal.screen({ isColoured: true })).not.toContain("\u001b[2m");
    // These have waited for longer.
    expect(await ci.screen()).toBe("\n");
    server.say("Hi ");
    expect(await terminal.until(/>>> Hello\nHi/)).not.toMatch(SPINNER);
    server.say("there.");
    server.end();
    expect(await terminal.until(/12 tokens\n>>>\s*$/)).toMatch(/>>> Hello\nHi there\.\n12 tokens\n>>>\s*$/);
    expect(await ci.until("[status 0]")).toBe("Hi there.\n[status 0]\n");
    expect(await piped).toEqual({ stdout: "Hi there.\n", stderr: "", status: 0 });

    server.loaded.push("m:latest");
    await terminal.type("Again", "Enter");
    await terminal.until(/>>> Again\n. m reads the prompt…/);
    await terminal.type("C-c");
    await terminal.until(/>>> Again\n(\^C)?Cancelled\.\n>>>\s*$/);
    await terminal.type("/bye", "Enter");
    await terminal.until("[status 0]");
  }, 60_000);

  it("is the server where one has to be started", async () => {
    const home = await createHome();
    const env = { ...home.env, CODO_OLLAMA_BINARY: "no-such-ollama", OLLAMA_MODELS: `${home.folder}/models` };
    await using terminal = await PseudoTerminal.open({
      columns: 80,
      env,
      cwd: home.folder,
      command: [process.execPath, CODO, "run", "-m", "codo-tiny", "Hello"],
    });
    const seen = new Set<string>();
    let shown = "";
    while (!shown.includes("[status")) {
      shown = await terminal.screen();
      seen.add(/Starting the server|Loading codo-tiny/.exec(shown)?.[0] ?? "");
    }
    expect(shown).toMatch(/^Hello! How can I help you today\?\n\[status 0\]\n$/);
    expect(seen).toContain("Starting the server");
  }, 60_000);
});

import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "@codo/test-utils";
import { needsTools } from "@codo/test-utils/tools";
import { describe, expect, it } from "vitest";
import { CODO, createHome, ENGINE, ended } from "./support/cli-harness.js";
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
    // It begins to serve when something is written to the pipe.
    const pipe = join(home.folder, "serve-now");
    const ollama = join(home.folder, "ollama");
    await promisify(execFile)("mkfifo", [pipe]);
    await writeFile(ollama, `#!/bin/sh\nread _ < '${pipe}'\nexec '${process.execPath}' '${ENGINE}' serve\n`);
    await chmod(ollama, 0o755);
    await using terminal = await PseudoTerminal.open({
      columns: 80,
      env: { ...home.env, CODO_OLLAMA_BINARY: ollama, OLLAMA_HOST: `127.0.0.1:${await freePort()}` },
      cwd: home.folder,
      command: [process.execPath, CODO, "run", "-m", "codo-tiny", "Hello"],
    });
    await terminal.until(/^. Starting the server…/);
    await writeFile(pipe, "now\n");
    expect(await terminal.until("[status 0]")).toBe(
      "Started `ollama serve` for this command.\nHello! How can I help you today?\n[status 0]\n",
    );
  }, 60_000);
});

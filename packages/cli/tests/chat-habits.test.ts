import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, CODO, createHome } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

let server: AskedServer;
let home: CliHome;

beforeAll(async () => {
  server = await startAskedServer([{ name: "m:latest" }]);
  home = await createHome(server.url);
  const editor = join(home.folder, "editor");
  await writeFile(editor, '#!/bin/sh\nprintf "Edited:\\n" | cat - "$1" > "$1.new" && cp "$1.new" "$1"\n');
  await chmod(editor, 0o755);
  home.env.EDITOR = editor;
  await writeFile(join(home.folder, "a b.png"), Buffer.from(PNG, "base64"));
  await writeFile(join(home.folder, "notes.txt"), "text");
});
afterAll(async () => await server?.[Symbol.asyncDispose]());

/** What was said last. */
function said() {
  return server.asked.at(-1)?.body.messages?.at(-1) as { content: string; images?: string[] } | undefined;
}

describe("a chat at a terminal", () => {
  needsTools("tmux", "bash");

  it("takes a pasted block as one turn, images, and what is written in an editor", async () => {
    await using terminal = await PseudoTerminal.open({
      columns: 80,
      env: home.env,
      cwd: home.folder,
      command: [process.execPath, CODO, "chat", "-m", "m"],
    });
    const answered = async (count: number) => {
      await terminal.until(new RegExp(`(?:Green\\.[\\s\\S]*){${count}}tokens\\n>>>\\s*$`));
    };
    await terminal.until("/? for help");
    await terminal.type("-l", "Look: \u001b[200~def f():\r\treturn 1\r\n\r\nf()\n\u001b[201~");
    await terminal.until(/return 1↵\u200b↵\u200bf\(\)↵\u200b\s*$/);
    await terminal.type("Enter");
    await answered(1);
    expect(server.asked).toHaveLength(1);
    expect(said()).toEqual({ role: "user", content: "Look: def f():\n\treturn 1\n\nf()" });
    await terminal.type('/image "a b.png"', "Enter");
    await terminal.until("It goes with the next message.");
    await terminal.type("What is it?", "Enter");
    await answered(2);
    expect(said()).toEqual({ role: "user", content: "What is it?", images: [PNG] });
    await terminal.type("/edit one two", "Enter");
    await answered(3);
    expect(said()).toEqual({ role: "user", content: "Edited:\none two" });
    await terminal.type("/image notes.txt", "Enter");
    await terminal.until("notes.txt is no image.");
    await terminal.type("/bye", "Enter");
    await terminal.until("[status 0]");
  }, 90_000);
});

it("shows the settings that will be used, and takes ~ for the home folder", async () => {
  const list = JSON.parse((await home.codo(["config", "list", "--json"])).stdout).settings as { key: string }[];
  const used = (key: string) => list.find((setting) => setting.key === key);
  expect(used("defaultModel")).toMatchObject({ value: "m:latest", isSet: false });
  expect(used("outputDirectory")).toMatchObject({ value: (await home.codo(["outputs", "path"])).stdout.trim() });
  const { stdout } = await home.codo(["config", "explain", "defaultModel"], { env: { COLUMNS: "200" } });
  expect(stdout).toContain('defaultModel = "m:latest" (defaults: what is installed)\n  hides "llama2" (defaults)');
  const away = { env: { OLLAMA_HOST: "http://127.0.0.1:1", COLUMNS: "200" } };
  expect((await home.codo(["config", "list"], away)).stdout).toMatch(
    /defaultModel +null +chosen among what is installed/,
  );
  await writeFile(join(home.folder, "other.json"), '{ "outputDirectory": "~/kept", "defaultModel": "other" }');
  const set = await home.codo(["config", "list", "--json", "--config", "~/other.json"]);
  const settings = JSON.parse(set.stdout).settings as { key: string }[];
  expect(settings.find(({ key }) => key === "defaultModel")).toMatchObject({ value: "other", isSet: true });
  const path = await home.codo(["outputs", "path", "--config", "~/other.json"]);
  expect(path.stdout.trim()).toBe(join(home.folder, "kept"));
});

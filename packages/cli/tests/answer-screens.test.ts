import { needsTools } from "@codo/test-utils/tools";
import { describe, expect, it } from "vitest";
import { CODO, createHome, ended } from "./support/cli-harness.js";
import { type HeldServer, startHeldServer } from "./support/held-server.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const ANSWER = [
  ["# Colours\n\nThe sky is **blue** because of a scattering ", "that is called after Rayleigh"],
  [", 世界は広いです。空はなぜ青いのですか。それは光の散乱\n\n- one `item`\n- two\n\n", "```js\nlet x", " = 1;\n```\n"],
  ["| A | B |\n|---|---|\n| 1 | 2 |\n"],
].flat();
const SHOWN = [
  "Colours",
  "",
  "The sky is blue because of a scattering",
  "that is called after Rayleigh, 世界は広",
  "いです。空はなぜ青いのですか。それは光の",
  "散乱",
  "",
  "• one item",
  "• two",
  "",
  "```js",
  "let x = 1;",
  "```",
  "A  B",
  "─  ─",
  "1  2",
].join("\n");

async function open(server: HeldServer, line: string, env: NodeJS.ProcessEnv = {}) {
  const home = await createHome(server.url);
  return await PseudoTerminal.open({
    columns: 40,
    env: { ...home.env, ...env },
    cwd: home.folder,
    command: [process.execPath, CODO, ...line.split(" "), "-m", "m", "--no-save"],
  });
}

describe("an answer", () => {
  needsTools("tmux", "bash");

  it("is laid out at a terminal while it comes, with no word broken; and left as it is elsewhere", async () => {
    await using server = await startHeldServer();
    const home = await createHome(server.url);
    const child = home.start(["run", "-m", "m", "Hi"]);
    const piped = ended(child);
    child.stdin?.end();
    await using coloured = await open(server, "run Hi");
    await using plain = await open(server, "chat", { NO_COLOR: "1" });
    await using raw = await open(server, "run Hi --raw");
    await using data = await open(server, "run Hi --format json");
    await plain.until("/? for help");
    await plain.type("Hi", "Enter");
    await server.asked(5);

    server.say("Let me see how the sky and ", { thinking: true });
    server.say("its colours go together.", { thinking: true });
    const thought = "Thinking...\nLet me see how the sky and its colours\ngo together.\n...done thinking.\n\n";
    await coloured.until("Thinking...\nLet me see how the sky and its colours\ngo");
    const [first = "", ...rest] = ANSWER;
    server.say(first);
    // What came is shown before the answer ends, and before the paragraph does.
    await coloured.until(`${thought}Colours\n\nThe sky is blue because of a scattering\n`);
    await plain.until(`${thought}# Colours\n\nThe sky is **blue** because of a`);
    for (const piece of rest) server.say(piece);
    server.end();
    expect(await coloured.until("[status 0]")).toBe(`${thought}${SHOWN}\n[status 0]\n`);
    const screen = await coloured.screen({ isColoured: true });
    expect(screen).toContain("\u001b[1mblue");
    expect(screen).toContain("36mitem");
    const kept = await plain.until(/tokens\n>>>\s*$/);
    for (const line of ["• one `item`", "A  B", "─  ─"]) expect(kept).toContain(`\n${line}\n`);
    const unbroken = await raw.until("[status 0]");
    expect(unbroken).toContain("The sky is **blue** because of a scatter\ning that is");
    expect(await data.until("[status 0]")).toContain("**blue**");
    expect(await piped).toEqual({ stdout: ANSWER.join(""), stderr: "", status: 0 });
  }, 90_000);
});

import { spawn } from "node:child_process";
import { processStartToken } from "@codo/ollama-node-kit";
import { type ServerPlace, serverKey, serversFolder } from "./server-files.js";
import { leasePrefix } from "./server-lease.js";

/*
 * A program that is killed cannot stop its server, and a server that is killed leaves its model's process behind, with
 * the model in memory. So each server that programs share has a watchdog: a process of its own, which outlives both. It
 * is a text, and not a file, so that it is there wherever this module is bundled.
 */
const WATCHDOG = `
const { readFileSync, readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { spawnSync } = require("node:child_process");
const [folder, recordName, leasePrefix, pidText, token] = process.argv.slice(1);
const pid = Number(pidText);
const LOOK_MS = 250, LOOKS = 3, GRACE_MS = 5000;

const startToken = (id) => {
  try {
    const stat = readFileSync("/proc/" + id + "/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : fields[19];
  } catch { return ""; }
};
const lives = (id, known) => {
  try { process.kill(id, 0); } catch (error) { if (error.code !== "EPERM") return false; }
  return known === "" || startToken(id) === known;
};
const isUsed = () => {
  try {
    return readdirSync(folder).some((name) => {
      if (!name.startsWith(leasePrefix)) return false;
      let known;
      try { known = readFileSync(join(folder, name), "utf8"); } catch { return false; }
      return lives(Number(name.slice(leasePrefix.length).split("-")[0]), known);
    });
  } catch { return false; }
};
const record = () => {
  try { return JSON.parse(readFileSync(join(folder, recordName), "utf8")); } catch { return {}; }
};
const send = (signal) => {
  if (process.platform === "win32") return spawnSync("taskkill", ["/T", "/F", "/PID", pidText]).status === 0;
  try { process.kill(-pid, signal); return true; } catch { return false; }
};
const end = () => {
  if (record().pid === pid) rmSync(join(folder, recordName), { force: true });
  if (!send("SIGTERM")) return;
  const deadline = Date.now() + GRACE_MS;
  const wait = () => {
    if (!send(0)) return;
    if (Date.now() > deadline) send("SIGKILL");
    else setTimeout(wait, LOOK_MS);
  };
  setTimeout(wait, LOOK_MS);
};
let unused = 0;
const look = () => {
  if (!lives(pid, token)) return end();
  const { kind, pid: recorded } = record();
  if (kind === "background" && recorded === pid) return;
  unused = isUsed() ? 0 : unused + 1;
  if (unused >= LOOKS) return end();
  setTimeout(look, LOOK_MS);
};
look();
`;

/** Has a shared server's process group ended when its last user is gone, or what is left of it when it died itself. */
export async function watchServer({ stateDir, url }: ServerPlace, pid: number): Promise<void> {
  const token = processStartToken(pid) ?? "";
  const folder = serversFolder(stateDir);
  const args = [folder, `${serverKey(url)}.json`, leasePrefix(url), String(pid), token];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const watchdog = spawn(process.execPath, ["-e", WATCHDOG, ...args], {
    cwd: folder,
    env: { ...env, ELECTRON_RUN_AS_NODE: "1" },
    detached: true,
    windowsHide: true,
    stdio: "ignore",
  });
  // Without it the server still ends with its users, as long as these are not killed.
  watchdog.on("error", () => undefined);
  watchdog.unref();
}

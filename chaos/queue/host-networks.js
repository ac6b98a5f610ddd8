import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endWithProcess } from "../../bench/queue/end-with-process.js";
import { ScriptedHost } from "./scripted-host.js";

const HOST_PROCESS = fileURLToPath(new URL("host-process.js", import.meta.url));
const ip = (...args) => execFileSync("ip", args, { stdio: "pipe" });

/**
 * Starts hosts for workers: each with an address of its own in a network namespace of its own, where the machine allows
 * that, else all on loopback.
 * @param onAsked called with the host's place, the prompt and the time
 */
export async function startHosts(count, serviceMs, onAsked) {
  const names = Array.from({ length: count }, (_, at) => `codo-${process.pid}-${at}`);
  // Addresses of documentation (RFC 5737), which no real network has; a link of two each.
  const address = (at, end) => `198.51.100.${4 * at + end}`;
  const close = () => {
    for (const name of names) {
      try {
        ip("netns", "del", name);
      } catch {
        // It was never made.
      }
    }
  };
  // A namespace outlives its processes; one that is gone already is no matter.
  process.once("exit", close);
  try {
    for (const [at, name] of names.entries()) makeNetwork(name, address(at, 1), address(at, 2));
  } catch (error) {
    close();
    const reason = String(error.stderr ?? error.message).trim();
    return {
      where: `on loopback: no network namespaces here (${reason})`,
      ...(await onLoopback(count, serviceMs, onAsked)),
    };
  }
  const children = [];
  const urls = [];
  for (const [at, name] of names.entries()) {
    const command = ["netns", "exec", name, process.execPath, HOST_PROCESS, address(at, 2), String(serviceMs)];
    const child = endWithProcess(spawn("ip", command, { stdio: ["ignore", "ignore", "inherit", "ipc"] }));
    children.push(child);
    urls.push(await new Promise((resolve) => child.once("message", ({ url }) => resolve(url))));
    child.on("message", ({ prompt, atMs }) => onAsked(at, prompt, atMs));
  }
  return {
    where: `each in a network namespace of its own, ${urls[0]} to ${urls.at(-1)}`,
    urls,
    close: () => {
      for (const child of children) child.kill("SIGKILL");
      close();
    },
  };
}

function makeNetwork(name, ours, theirs) {
  const place = Number(name.slice(name.lastIndexOf("-") + 1));
  const link = `cq${process.pid}n${place}`;
  ip("netns", "add", name);
  ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name);
  ip("addr", "add", `${ours}/30`, "dev", link);
  ip("link", "set", link, "up");
  ip("-n", name, "addr", "add", `${theirs}/30`, "dev", "eth0");
  ip("-n", name, "link", "set", "eth0", "up");
}

async function onLoopback(count, serviceMs, onAsked) {
  const hosts = Array.from(
    { length: count },
    (_, at) => new ScriptedHost(serviceMs, (prompt) => onAsked(at, prompt, Date.now())),
  );
  const urls = [];
  for (const host of hosts) urls.push(await host.listen("127.0.0.1"));
  return {
    urls,
    close: () => {
      for (const host of hosts) host.close();
    },
  };
}

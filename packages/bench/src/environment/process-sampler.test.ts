import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ProcessSampler } from "./process-sampler.js";

/** A server whose child, which holds 80 MB, was started by a thread beside the first, as one in Go does. */
const SERVER = `
const { Worker } = require("node:worker_threads");
const { createServer } = require("node:net");
const child = 'const held = Buffer.alloc(80e6, 1); console.log("held"); process.stdin.on("end", () => process.exit()).resume()';
new Worker(\`
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", \${JSON.stringify(child)}], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdout.once("data", () => require("node:worker_threads").parentPort.postMessage("held"));
\`, { eval: true }).once("message", () => {
  const server = createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));
});
process.stdin.on("end", () => process.exit()).resume();
`;

describe.runIf(process.platform === "linux")("what a server's processes use", () => {
  it("counts the children of all its threads", async () => {
    const server = spawn(process.execPath, ["-e", SERVER], { stdio: ["pipe", "pipe", "inherit"] });
    const [port] = await once(server.stdout, "data");
    const sampler = await ProcessSampler.start(Number(port));
    const usage = await sampler?.stop();
    // A Node process by itself has some 45 MB.
    expect(usage?.rssBytes).toBeGreaterThan(150e6);
    server.stdin.end();
    await once(server, "exit");
  });
});

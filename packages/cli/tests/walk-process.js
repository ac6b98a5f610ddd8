// Runs command lines one after the other in one process, from the built bundle: a JSON array of words a line on stdin,
// a JSON object with status, stdout and stderr a line on stdout.
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { runCli } from "../dist/index.js";

function collect() {
  const stream = new PassThrough();
  const chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

const lines = [];
for await (const line of createInterface({ input: process.stdin })) lines.push(JSON.parse(line));
for (const argv of lines) {
  const [stdout, stderr] = [collect(), collect()];
  const signal = AbortSignal.timeout(20_000);
  const status = await runCli(argv, { stdout: stdout.stream, stderr: stderr.stream, env: process.env, signal });
  process.stdout.write(`${JSON.stringify({ argv, status, stdout: stdout.text(), stderr: stderr.text() })}\n`);
}
process.exit(0);

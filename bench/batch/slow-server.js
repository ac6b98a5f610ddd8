// A server that takes a fixed time for a request and serves a fixed number at once; the others queue.
// Usage: node bench/batch/slow-server.js [slots] [serviceMs]; prints its URL, and ends with its parent.
//
// A slot's next request begins when the last one was due, not when a late timer noticed. While a request is under way
// the server stays awake: a timer is up to a millisecond late, and a process that sleeps takes a moment to wake, both of
// which would be counted as the client's.
import { createServer } from "node:http";

const SLOTS = Number(process.argv[2] ?? 4);
const SERVICE_MS = Number(process.argv[3] ?? 20);

const freeAt = new Array(SLOTS).fill(0);
const due = [];
let isWaiting = false;

function wait() {
  if (isWaiting || due.length === 0) return;
  isWaiting = true;
  setImmediate(finish);
}

function finish() {
  isWaiting = false;
  while (due.length > 0 && due[0].at <= performance.now()) due.shift().answer();
  wait();
}

function serve(body, response) {
  const { model, prompt } = JSON.parse(body);
  const now = performance.now();
  const slot = freeAt.indexOf(Math.min(...freeAt));
  const at = Math.max(freeAt[slot], now) + SERVICE_MS;
  freeAt[slot] = at;
  due.push({ at, answer: () => answer(response, model, prompt) });
  due.sort((a, b) => a.at - b.at);
  wait();
}

function answer(response, model, prompt) {
  const counts = { prompt_eval_count: 10, eval_count: 10, eval_duration: SERVICE_MS * 1e6 };
  const line = { model, response: `answer to ${prompt}`, done: true, done_reason: "stop", ...counts };
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.end(`${JSON.stringify(line)}\n`);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => serve(Buffer.concat(chunks).toString("utf8"), response));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

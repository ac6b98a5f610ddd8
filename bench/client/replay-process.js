// A server process of its own, so that its CPU is not the client's: it streams chat chunks as Ollama frames them,
// one HTTP chunk a line, and answers small requests at once.
import { createServer } from "node:http";

const [, , chunkCount = "100000"] = process.argv;

const line = `${JSON.stringify({
  model: "llama3.2:latest",
  created_at: "2026-11-22T09:30:17.427422021Z",
  message: { role: "assistant", content: " token" },
  done: false,
})}\n`;
const last = `${JSON.stringify({
  model: "llama3.2:latest",
  created_at: "2026-11-22T09:30:17.427422021Z",
  message: { role: "assistant", content: "" },
  done: true,
  done_reason: "stop",
  total_duration: 11123178,
  load_duration: 1072981,
  prompt_eval_count: 26,
  prompt_eval_duration: 1038999,
  eval_count: Number(chunkCount),
  eval_duration: 6455000,
})}\n`;

const frame = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const CHUNKS_A_WRITE = 100;
const block = frame(line).repeat(CHUNKS_A_WRITE);

/** Writes framed chunks straight to the socket, as fast as the client takes them. */
async function stream(socket) {
  socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (let sent = 0; sent < Number(chunkCount) - 1; sent += CHUNKS_A_WRITE) {
    const left = Number(chunkCount) - 1 - sent;
    const more = socket.write(left < CHUNKS_A_WRITE ? frame(line).repeat(left) : block);
    if (!more) await new Promise((resolve) => socket.once("drain", resolve));
  }
  socket.write(`${frame(last)}0\r\n\r\n`);
}

const small = JSON.stringify({ models: [] });
const answer = JSON.stringify({
  model: "llama3.2:latest",
  created_at: "2026-11-22T09:30:17.427422021Z",
  message: { role: "assistant", content: "The sky is blue because air scatters blue light." },
  done: true,
  done_reason: "stop",
  eval_count: 12,
});

const server = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    if (request.method === "GET") return response.end(small);
    const body = JSON.parse(Buffer.concat(pieces).toString("utf8"));
    if (body.stream === true) return void stream(response.socket);
    response.setHeader("content-type", "application/json; charset=utf-8");
    return response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));

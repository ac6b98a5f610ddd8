// Answers every chat at once, with as many tokens as the path's prefix says: `/16/api/chat` sends 16, each flushed by itself
// as Ollama does; `/0/api/chat` sends the whole answer as one chunk. Ends with its parent.
import { createServer } from "node:http";

const line = (model, content, rest) => {
  const created_at = new Date().toISOString();
  return `${JSON.stringify({ model, created_at, message: { role: "assistant", content }, ...rest })}\n`;
};
const COUNTS = { total_duration: 1000, load_duration: 100, prompt_eval_count: 1, prompt_eval_duration: 100 };
const token = (model) => line(model, "a", { done: false });
const last = (model, tokens) =>
  line(model, "", { done: true, done_reason: "stop", ...COUNTS, eval_count: tokens, eval_duration: 100 });
const REPLIES = {
  "/api/version": { version: "0.33.0" },
  "/api/ps": { models: [] },
  "/api/show": { details: {}, model_info: {}, capabilities: ["completion"] },
};

function answer(response, model, tokens) {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  if (tokens === 0) return response.end(token(model) + last(model, 1));
  let sent = 0;
  const next = () => {
    if (sent++ === tokens) return response.end(last(model, tokens));
    response.write(token(model));
    // A turn of the event loop between two tokens: else Node would send them in one piece.
    setImmediate(next);
  };
  next();
}

const server = createServer((request, response) => {
  const [, tokens, path] = /^\/(\d+)(\/.*)$/.exec(request.url) ?? [];
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text) => {
    body += text;
  });
  request.on("end", () => {
    if (path === "/api/chat") return answer(response, JSON.parse(body).model, Number(tokens));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(REPLIES[path] ?? {}));
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();

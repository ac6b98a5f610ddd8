// An Ollama server whose models answer at once with the same piece of Markdown, word by word.
import { createServer } from "node:http";

const TEXT = [
  "## The answer\n\n",
  "It depends on **three** things: the context window, the quantization and the temperature. ",
  "A list:\n\n- one with `code`\n- two\n- three\n\n",
  "| model | tokens/s |\n|---|---|\n| small | 91.5 |\n| large | 12.4 |\n\n",
  "```js\nfor (const piece of pieces) console.log(piece.length);\n```\n\n",
  "And some words more, so that the answer is as long as answers are. ".repeat(20),
].join("");
const PIECES = TEXT.match(/\s*\S+|\s+$/g) ?? [];
const COUNTS = { load_duration: 1e5, prompt_eval_count: 12, prompt_eval_duration: 1e6, eval_duration: 1e9 };

/** How many pieces one answer has. */
export const PIECES_PER_ANSWER = PIECES.length;

/** Starts it. */
export async function startModelServer() {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => answer(request.url, body, response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

function answer(path, body, response) {
  if (path === "/api/chat" || path === "/api/generate") return stream(path, JSON.parse(body).model, response);
  const model = (name) => ({ name, model: name, size: 1e9, digest: name.padEnd(64, "0"), details: {} });
  const replies = {
    "/api/version": { version: "0.33.0" },
    "/api/ps": { models: [] },
    "/api/tags": { models: [model("small:latest"), model("large:latest")] },
    "/api/show": { details: {}, model_info: {}, capabilities: ["completion"] },
  };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(replies[path] ?? {}));
}

function stream(path, model, response) {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const line = (content, rest) => {
    const text = path === "/api/chat" ? { message: { role: "assistant", content } } : { response: content };
    return `${JSON.stringify({ model, created_at: new Date().toISOString(), ...text, ...rest })}\n`;
  };
  let sent = 0;
  const next = () => {
    const piece = PIECES[sent++];
    if (piece === undefined) {
      const last = { done: true, done_reason: "stop", ...COUNTS, eval_count: PIECES.length };
      return response.end(line("", { ...last, total_duration: 1.1e9 }));
    }
    response.write(line(piece, { done: false }));
    // A turn of the event loop between two pieces: else Node would send them in one.
    setImmediate(next);
  };
  next();
}

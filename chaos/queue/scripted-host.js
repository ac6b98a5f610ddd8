import { createServer } from "node:http";

/** A server that answers each prompt with itself after a while, and says when it is asked. */
export class ScriptedHost {
  #server;

  /** @param onAsked called with each prompt when it comes */
  constructor(serviceMs, onAsked) {
    this.#server = createServer((request, response) => void serve({ request, response, serviceMs, onAsked }));
  }

  async listen(address) {
    await new Promise((resolve) => this.#server.listen(0, address, resolve));
    return `http://${address}:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function serve({ request, response, serviceMs, onAsked }) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const json = (value) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  if (request.url === "/api/ps") return json({ models: [] });
  if (request.url === "/api/version") return json({ version: "0.33.0" });
  const { prompt } = JSON.parse(text);
  onAsked(prompt);
  await new Promise((resolve) => setTimeout(resolve, serviceMs * (0.5 + Math.random())));
  if (response.destroyed) return;
  response.setHeader("content-type", "application/x-ndjson");
  const answer = { model: "m", response: prompt, done: true, done_reason: "stop", eval_count: 1 };
  response.end(`${JSON.stringify(answer)}\n`);
}

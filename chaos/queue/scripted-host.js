import { createServer } from "node:http";

/** A server that answers each prompt with itself after a while, under a path for each worker, and counts. */
export class ScriptedHost {
  /** How often each prompt was asked. */
  asked = new Map();
  /** Prompts that run now, by the worker's path. */
  running = new Map();
  /** When each answer went out. */
  answeredAtMs = [];
  #server;
  #serviceMs;

  constructor(serviceMs) {
    this.#serviceMs = serviceMs;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  runningAt(path) {
    return this.running.get(path) ?? 0;
  }

  get runningNow() {
    return [...this.running.values()].reduce((sum, count) => sum + count, 0);
  }

  async #serve(request, response) {
    let text = "";
    for await (const chunk of request) text += chunk;
    const json = (value) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    const [, path, ...call] = (request.url ?? "").split("/");
    if (call.join("/") === "api/ps") return json({ models: [] });
    if (call.join("/") === "api/version") return json({ version: "0.33.0" });
    const { prompt } = JSON.parse(text);
    this.asked.set(prompt, (this.asked.get(prompt) ?? 0) + 1);
    this.running.set(path, this.runningAt(path) + 1);
    await new Promise((resolve) => setTimeout(resolve, this.#serviceMs * (0.5 + Math.random())));
    this.running.set(path, this.runningAt(path) - 1);
    if (response.destroyed) return;
    this.answeredAtMs.push(performance.now());
    response.setHeader("content-type", "application/x-ndjson");
    response.end(
      `${JSON.stringify({ model: "m", response: prompt, done: true, done_reason: "stop", eval_count: 1 })}\n`,
    );
  }
}

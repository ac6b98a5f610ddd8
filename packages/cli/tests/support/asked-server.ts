import { startTestServer } from "@codo/test-utils";

/** A model as the server lists it. */
export interface ServedModel {
  name: string;
  capabilities?: string[];
  remote_host?: string;
  digest?: string;
  /** Days since it came. */
  days?: number;
}

/** What was asked of the server. */
export interface Asked {
  path: string;
  body: Record<string, unknown> & { model?: string; prompt?: string; messages?: { role: string; content: string }[] };
}

/** A server that keeps what it was asked and answers what it is told to. */
export interface AskedServer extends AsyncDisposable {
  url: string;
  /** The prompts that came, newest last. */
  asked: Asked[];
  models: ServedModel[];
  /** What the next prompts are answered with; the last one stays. An object is a whole message. */
  answers: (string | Record<string, unknown>)[];
}

const DAY_MS = 86_400_000;

/** Starts the server with some models. */
export async function startAskedServer(models: ServedModel[]): Promise<AskedServer> {
  const asked: Asked[] = [];
  const state = { models, answers: ["Green."] as AskedServer["answers"] };
  const { url, stop } = await startTestServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const path = request.url ?? "";
    const body = text.startsWith("{") ? (JSON.parse(text) as Asked["body"]) : {};
    const reply = (value: unknown) => response.end(`${JSON.stringify(value)}\n`);
    if (path === "/api/version") return reply({ version: "0.33.0" });
    if (path === "/api/ps") return reply({ models: [] });
    if (path === "/api/tags") return reply({ models: state.models.map(listed) });
    if (path === "/api/create") {
      asked.push({ path, body });
      return reply({ status: "success" });
    }
    const model = state.models.find(({ name }) => isSame(name, body.model));
    if (model === undefined) return response.writeHead(404).end(`{"error":"model '${body.model}' not found"}`);
    if (path === "/api/show")
      return reply({ capabilities: model.capabilities ?? ["completion"], details: {}, model_info: {} });
    asked.push({ path, body });
    if (path === "/api/embed") {
      const embeddings = [body.input].flat().map(() => [0.5, 0.25]);
      return reply({ model: body.model, embeddings, prompt_eval_count: 1 });
    }
    const answer = (state.answers.length > 1 ? state.answers.shift() : state.answers[0]) ?? "";
    const message = typeof answer === "string" ? { role: "assistant", content: answer } : answer;
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const said = path === "/api/generate" ? { response: message.content } : { message };
    const rest = path === "/api/generate" ? { response: "" } : { message: { role: "assistant", content: "" } };
    response.write(`${JSON.stringify({ model: body.model, ...said, done: false })}\n`);
    reply({ model: body.model, ...rest, done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 3 });
  });
  return Object.assign(state, { url, asked, [Symbol.asyncDispose]: stop });
}

function listed({ name, days = 1, remote_host, digest = "d".repeat(64) }: ServedModel) {
  const modified_at = new Date(Date.now() - days * DAY_MS).toISOString();
  return {
    name,
    model: name,
    modified_at,
    size: 1,
    digest,
    details: {},
    ...(remote_host && { remote_host }),
  };
}

function isSame(name: string, asked = ""): boolean {
  return [asked.toLowerCase(), `${asked.toLowerCase()}:latest`].includes(name);
}

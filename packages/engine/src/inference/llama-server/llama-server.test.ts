import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LlamaServer, llamaServerApi } from "./llama-server.js";

const INFO = { numCtx: 512, trainContextLength: 512, embeddingLength: 2, sizeBytes: 1, vramBytes: 0, computedBy: "it" };
const SAMPLING = { topK: 40, topP: 0.9, minP: 0, typicalP: 1, repeatLastN: 64, repeatPenalty: 1, presencePenalty: 0 };
const REQUEST = {
  sampling: { ...SAMPLING, temperature: 0, frequencyPenalty: 0, seed: 1 },
  ...{ numPredict: 4, numKeep: 0, stop: [], truncate: true, shift: true },
};

let server: Server;
/** How many requests meet a connection that is about to be closed. */
let closing: number;
let asked: { path: string; body: Record<string, unknown> }[];

/** Says how a llama-server answers; a text has a token for each of its letters. */
function answerTo(path: string, body: Record<string, unknown>): string {
  if (path === "/tokenize") return JSON.stringify({ tokens: [...String(body.content)].map((_, index) => index + 1) });
  if (path === "/embedding") {
    const vectors = (body.content as number[][]).map((prompt, index) => ({
      index,
      embedding: [[index, prompt.length]],
    }));
    return JSON.stringify(vectors.reverse());
  }
  return `data: ${JSON.stringify({ content: "A cat.", tokens: [7], stop: true, stop_type: "eos", tokens_predicted: 1, tokens_evaluated: 260 })}\n\n`;
}

beforeEach(async () => {
  asked = [];
  closing = 0;
  server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (closing-- > 0) {
        request.socket.destroy();
        return;
      }
      const path = request.url ?? "";
      const body = JSON.parse(text);
      asked.push({ path, body });
      response.end(answerTo(path, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function connect({ embedding = false, marker }: { embedding?: boolean; marker?: string }): LlamaServer {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new LlamaServer({
    server: { pid: 1, url, exited: new Promise(() => {}), lastWords: () => "", stop: async () => {} },
    api: llamaServerApi(url, "key"),
    info: { ...INFO, takesMedia: marker !== undefined },
    vocabulary: { size: 100, begin: 9, beginText: "<s>" },
    embedding,
    marker,
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("embed", () => {
  it("sends all inputs in one request, and gives the vectors in their order", async () => {
    const { vectors, promptCount } = await connect({ embedding: true }).embed(["a", "bb", "ccc"], { truncate: true });
    expect(vectors).toEqual([
      [0, 2],
      [1, 3],
      [2, 4],
    ]);
    expect(promptCount).toBe(9);
    const sent = asked.filter(({ path }) => path === "/embedding");
    expect(sent.map(({ body }) => body.content)).toEqual([
      [
        [9, 1],
        [9, 1, 2],
        [9, 1, 2, 3],
      ],
    ]);
  });
});

describe("generate", () => {
  it("sends images as the server takes them, and counts their tokens", async () => {
    const request = { ...REQUEST, prompt: "<s>[img-0]What is it?", media: ["R0lG"] };
    const events = await all(connect({ marker: "<here>" }).generate(request));
    expect(asked.at(-1)).toMatchObject({
      path: "/completion",
      body: { prompt: { prompt_string: "<here>What is it?", multimodal_data: ["R0lG"] }, n_predict: 4 },
    });
    expect(events.at(-1)).toMatchObject({ type: "done", promptCount: 260 });
  });

  it("sends a prompt without images as tokens", async () => {
    await all(connect({ marker: "<here>" }).generate({ ...REQUEST, prompt: "Hi" }));
    expect(asked.at(-1)).toMatchObject({ path: "/completion", body: { prompt: [9, 1, 2] } });
  });
});

describe("a connection that the server closes", () => {
  it("costs no request", async () => {
    closing = 1;
    await expect(connect({}).tokenize("Hi")).resolves.toEqual([1, 2]);
    expect(asked).toHaveLength(1);
  });

  it("is an error where it happens again", async () => {
    closing = 2;
    await expect(connect({}).tokenize("Hi")).rejects.toMatchObject({ reason: "compute" });
  });
});

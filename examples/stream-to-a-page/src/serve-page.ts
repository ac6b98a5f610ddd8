import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { ModelRunner } from "@codo/ollama-runner";

/** A page that asks and shows the answer as it is written. A reader who leaves stops the model. */
export async function servePage(runner: ModelRunner, model: string): Promise<{ url: string; server: Server }> {
  const page = await readFile(new URL("page.html", import.meta.url));
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") {
      response.setHeader("content-type", "text/html").end(page);
      return;
    }
    response.setHeader("content-type", "text/plain; charset=utf-8");
    const answer = runner.runStreaming(model, await text(request));
    // A page that was closed ends the pipeline with an error, and with it the stream and the model's work.
    await pipeline(Readable.from(answer), response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

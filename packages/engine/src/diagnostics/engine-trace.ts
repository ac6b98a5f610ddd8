import { ENGINE_CHANNELS } from "@codo/ollama-contract";
import { openChannels, Trace } from "@codo/ollama-node-kit";
import type { GenerationResult } from "../generation/run-generation.js";
import type { Exchange } from "../http/exchange.js";

const channels = openChannels(ENGINE_CHANNELS);

/** A request that the engine serves, on `ENGINE_CHANNELS`: it ends when its answer is sent, or its client has left. */
export class EngineTrace extends Trace {
  #result: object = {};
  #hasBegun = false;

  constructor(exchange: Exchange, operation: "chat" | "generate" | "embed", model: string | undefined) {
    const { traceparent } = exchange.request.headers;
    super(channels, { operation, ...(model !== undefined && { model }), ...(traceparent && { traceparent }) });
    const { response } = exchange;
    response.once("close", () => {
      if (!response.writableFinished) this.fail(new Error("The client left before its answer was complete."));
      else if (response.statusCode >= 400) this.fail(new Error(`answered with status ${response.statusCode}`));
      else this.end(this.#result);
    });
  }

  /** A piece of the answer is there. */
  piece(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.firstToken();
  }

  /** What came of a generation. */
  generated({ promptCount, evalCount, reason }: GenerationResult): void {
    this.#result = { promptTokens: promptCount, completionTokens: evalCount, doneReason: reason };
  }

  /** What was embedded. */
  embedded(promptTokens: number): void {
    this.#result = { promptTokens };
  }
}

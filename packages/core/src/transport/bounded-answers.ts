import { OllamaError } from "@codo/ollama-contract";
import { type CallScope, describeCall } from "../deadlines/call-scope.js";
import type { ByteSink, ByteSource, Transport, TransportResponse } from "./transport.js";

/** As much of an error's body is read, in bytes: what it says stands at its beginning. */
export const MAX_ERROR_BODY_BYTES: number = 64 * 1024;

/** A transport that takes only answers to what was asked, and of an error no more than is of use. */
export function boundAnswers(transport: Transport): Transport {
  return {
    decode: transport.decode,
    send: async (request, scope) => {
      const answer = await transport.send(request, scope);
      refuseOddStatus(answer, scope);
      if (answer.status < 300) return answer;
      return { ...answer, body: new CutBody(answer.body, MAX_ERROR_BODY_BYTES) };
    },
  };
}

/** Without an answer of its own: an interim status that stays the last one, and "not modified" to no such question. */
function refuseOddStatus({ status, body }: TransportResponse, scope: CallScope): void {
  if (status >= 200 && status !== 304) return;
  body.destroy();
  throw oddStatusError(status, scope);
}

/** The error for a status that says nothing of what was asked for. */
export function oddStatusError(status: number, scope: CallScope): OllamaError {
  const { description } = scope;
  const message = `${describeCall(description)} was answered with status ${status}, which is no answer to it.`;
  const advice = "Check that an Ollama serves there, and what stands between here and the server.";
  return new OllamaError("SERVER_ERROR", message, { advice, details: { ...description, status } });
}

/** The first bytes of a body; what comes after them is not waited for. */
class CutBody implements ByteSource {
  readonly #body: ByteSource;
  #leftBytes: number;

  constructor(body: ByteSource, maxBytes: number) {
    this.#body = body;
    this.#leftBytes = maxBytes;
  }

  connect(sink: ByteSink): void {
    this.#body.connect({
      data: (bytes) => {
        if (this.#leftBytes <= 0) return;
        const kept = bytes.subarray(0, this.#leftBytes);
        this.#leftBytes -= kept.length;
        sink.data(kept);
        if (this.#leftBytes > 0) return;
        this.#body.destroy();
        sink.end();
      },
      end: () => {
        if (this.#leftBytes > 0) sink.end();
      },
      fail: (error) => {
        if (this.#leftBytes > 0) sink.fail(error);
      },
    });
  }

  ask(): void {
    if (this.#leftBytes > 0) this.#body.ask();
  }

  destroy(): void {
    this.#body.destroy();
  }
}

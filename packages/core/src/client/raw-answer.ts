import type { CallScope } from "../deadlines/call-scope.js";
import { toReadableBody } from "../transport/body-stream.js";
import { readText } from "../transport/read-body.js";
import type { Transport, TransportResponse } from "../transport/transport.js";

/** The answer to a request that no method stands for: any status, bytes as they came. Read its body once. */
export class RawAnswer {
  readonly status: number;
  readonly #answer: TransportResponse;
  readonly #scope: CallScope;
  readonly #decode: Transport["decode"];

  constructor(answer: TransportResponse, scope: CallScope, decode: Transport["decode"]) {
    this.status = answer.status;
    this.#answer = answer;
    this.#scope = scope;
    this.#decode = decode;
  }

  /** A header by its name in any case. */
  header(name: string): string | undefined {
    return this.#answer.header(name.toLowerCase());
  }

  /** The whole body. @throws OllamaError `CONNECTION_LOST`, `ABORTED`, `TIMEOUT_*` */
  async text(): Promise<string> {
    try {
      return await readText(this.#answer.body, this.#scope, this.#decode);
    } finally {
      this.#scope.finish();
    }
  }

  /** The body's bytes as they arrive; leaving early closes the connection. */
  bytes(): AsyncIterableIterator<Uint8Array> {
    const stream = toReadableBody(this.#answer.body, this.#scope);
    return (stream as unknown as { values(): AsyncIterableIterator<Uint8Array> }).values();
  }

  /** Lets go of an answer that nobody reads. */
  discard(): void {
    this.#answer.body.destroy();
    this.#scope.finish();
  }
}

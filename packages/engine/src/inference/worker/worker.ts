import { availableMemory } from "../available-memory.js";
import type { GenerateEvent, LoadOptions } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import type { FromWorker, ToWorker, WireError } from "../protocol.js";
import { statesFolder } from "../states-folder.js";
import { Embedder } from "./embedder.js";
import type { LoadedEngine } from "./engine.js";
import { EventSender } from "./event-sender.js";
import type { NativeContext } from "./native-addon.js";
import { SavedStates } from "./saved-states.js";
import { Scheduler } from "./scheduler.js";

/** Conversations that are put out of memory get so much of it, of what was free when the model was loaded. */
const STATES_PART = 1 / 8;
const MOST_STATES_BYTES = 2 ** 30;

function statesOf(context: NativeContext): SavedStates {
  const budget = Math.min(MOST_STATES_BYTES, availableMemory() * STATES_PART);
  return new SavedStates(context, statesFolder(process.pid), budget);
}

/** Answers the messages of the serving process. */
export class Worker {
  readonly #scheduler: Scheduler;
  readonly #embedder: Embedder;
  readonly #embeddings = new Map<number, AbortController>();
  readonly #events: EventSender;

  constructor(
    private readonly engine: LoadedEngine,
    private readonly options: LoadOptions,
    private readonly send: (message: FromWorker) => void,
    private readonly toWireError: (error: unknown) => WireError,
  ) {
    const { model, context, info, batchSize, canShift } = engine;
    this.#embedder = new Embedder(model, context, info.numCtx);
    this.#events = new EventSender((events) => this.send({ type: "events", events }));
    const host = {
      model,
      context,
      canShift,
      numCtx: info.numCtx,
      emit: (id: number, event: GenerateEvent) => this.#events.add(id, event),
      fail: (id: number, error: unknown) => this.#fail(id, error),
      stepped: () => this.#events.sendDue(),
    };
    this.#scheduler = new Scheduler(host, batchSize, options.embedding ? 1 : options.parallel, statesOf(context));
  }

  handle(message: Exclude<ToWorker, { type: "load" }>): void {
    try {
      this.#dispatch(message);
    } catch (error) {
      this.#fail(message.id, error);
    }
  }

  #dispatch(message: Exclude<ToWorker, { type: "load" }>): void {
    const { id } = message;
    switch (message.type) {
      case "generate":
        if (this.options.embedding) throw new InferenceError("input", "This process was started for embeddings.");
        if (typeof message.request.prompt !== "string") this.#checkTokens(message.request.prompt);
        this.#scheduler.add(id, message.request);
        break;
      case "embed":
        if (!this.options.embedding) throw new InferenceError("input", "This process was started for generations.");
        void this.#embed(message);
        break;
      case "tokenize":
        this.send({ type: "tokenized", id, tokens: this.engine.model.tokenize(message.text, message.addBos) });
        break;
      case "detokenize":
        this.#checkTokens(message.tokens);
        this.send({ type: "detokenized", id, text: this.#detokenize(message.tokens) });
        break;
      case "pause":
        this.#scheduler.pause(id, message.paused);
        break;
      case "abort":
        this.#embeddings.get(id)?.abort();
        this.#scheduler.abort(id);
    }
  }

  async #embed({ id, input, truncate }: Extract<ToWorker, { type: "embed" }>): Promise<void> {
    const controller = new AbortController();
    this.#embeddings.set(id, controller);
    try {
      this.send({ type: "embedded", id, result: await this.#embedder.embed(input, truncate, controller.signal) });
    } catch (error) {
      this.#fail(id, error);
    } finally {
      this.#embeddings.delete(id);
    }
  }

  /** llama.cpp ends the process when it is asked for a token that is not in the vocabulary. */
  #checkTokens(tokens: readonly number[]): void {
    const { vocabularySize } = this.engine;
    const strange = tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < vocabularySize));
    if (strange === undefined) return;
    throw new InferenceError("input", `invalid token: ${strange} is not one of the model's ${vocabularySize} tokens`);
  }

  #detokenize(tokens: number[]): string {
    const { bytes } = this.engine.model;
    return Buffer.concat(tokens.map((token) => bytes.get(token))).toString();
  }

  #fail(id: number, error: unknown): void {
    // What was said before the failure comes first.
    this.#events.flush();
    this.send({ type: "error", id, error: this.toWireError(error) });
  }
}

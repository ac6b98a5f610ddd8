import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { EventQueue } from "./event-queue.js";
import type {
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  InferenceProcess,
  LoadedInfo,
} from "./inference-contract.js";
import { InferenceError } from "./inference-error.js";
import type { FromWorker, ToWorker, WireError } from "./protocol.js";
import { refuseEndless } from "./refuse-endless.js";

/** How a process ended. */
export interface ProcessExit {
  code: number | null;
  signal: string | null;
}

interface Question {
  resolve(answer: never): void;
  reject(error: unknown): void;
}

/** The serving process's side of an inference process that has loaded its model. */
export class InferenceChild implements InferenceProcess {
  readonly #generations = new Map<number, EventQueue<GenerateEvent>>();
  readonly #questions = new Map<number, Question>();
  #nextId = 1;
  /** How many wait for an answer of the process, or for its end. */
  #waiting = 0;
  #gone: InferenceError | undefined;

  constructor(
    private readonly child: ChildProcess,
    readonly info: LoadedInfo,
    readonly exited: Promise<ProcessExit>,
    describeExit: (exit: ProcessExit) => string,
  ) {
    child.on("message", (message: FromWorker) => this.#receive(message));
    void exited.then((exit) => this.#end(new InferenceError("exited", describeExit(exit), { details: { ...exit } })));
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  async *generate(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    signal?.throwIfAborted();
    if (typeof request.prompt === "string") refuseEndless([request.prompt]);
    if (this.#gone !== undefined) throw this.#gone;
    const id = this.#nextId++;
    const queue = new EventQueue<GenerateEvent>((paused) => this.#send({ type: "pause", id, paused }));
    this.#generations.set(id, queue);
    const onAbort = () => queue.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#enter();
    try {
      this.#send({ type: "generate", id, request });
      yield* queue.read();
    } finally {
      this.#leave();
      signal?.removeEventListener("abort", onAbort);
      // A generation that is still listed here was left before its end.
      if (this.#generations.delete(id)) this.#send({ type: "abort", id });
    }
  }

  async embed(input: string[], options: { truncate: boolean }, signal?: AbortSignal): Promise<EmbedResult> {
    refuseEndless(input);
    return this.#ask<EmbedResult>((id) => ({ type: "embed", id, input, truncate: options.truncate }), signal);
  }

  async tokenize(text: string, options: { addBos?: boolean } = {}): Promise<number[]> {
    refuseEndless([text]);
    return this.#ask<number[]>((id) => ({ type: "tokenize", id, text, addBos: options.addBos ?? false }));
  }

  async detokenize(tokens: number[]): Promise<string> {
    return this.#ask<string>((id) => ({ type: "detokenize", id, tokens }));
  }

  async stop(): Promise<void> {
    // The end is waited for, with the last words: until then the process keeps this one alive.
    this.#enter();
    this.child.ref();
    (this.child.stderr as Socket | null)?.ref();
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /** Somebody waits for an answer: until it comes, the process keeps this one alive. */
  #enter(): void {
    this.#waiting += 1;
    if (this.#waiting === 1) this.child.channel?.ref();
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.child.channel?.unref();
  }

  async #ask<T>(question: (id: number) => ToWorker, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#gone !== undefined) throw this.#gone;
    const id = this.#nextId++;
    let onAbort: (() => void) | undefined;
    this.#enter();
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#questions.set(id, { resolve, reject });
        onAbort = () => {
          reject(signal?.reason);
          this.#send({ type: "abort", id });
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        this.#send(question(id));
      });
    } finally {
      this.#leave();
      this.#questions.delete(id);
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
    }
  }

  #send(message: ToWorker): void {
    // A process that is gone answers nothing; `exited` wakes everything that waits.
    if (this.child.connected) this.child.send(message, () => {});
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "events":
        for (const [id, event] of message.events) this.#deliver(id, event);
        break;
      case "embedded":
        this.#answer(message.id, message.result);
        break;
      case "tokenized":
        this.#answer(message.id, message.tokens);
        break;
      case "detokenized":
        this.#answer(message.id, message.text);
        break;
      case "error":
        this.#reject(message.id, toError(message.error));
    }
  }

  #deliver(id: number, event: GenerateEvent): void {
    const queue = this.#generations.get(id);
    queue?.push(event);
    if (event.type !== "done") return;
    this.#generations.delete(id);
    queue?.end();
  }

  #answer(id: number, answer: unknown): void {
    this.#questions.get(id)?.resolve(answer as never);
  }

  #reject(id: number, error: unknown): void {
    this.#questions.get(id)?.reject(error);
    this.#generations.get(id)?.end(error);
    this.#generations.delete(id);
  }

  #end(error: InferenceError): void {
    this.#gone = error;
    for (const queue of this.#generations.values()) queue.end(error);
    for (const question of this.#questions.values()) question.reject(error);
    this.#generations.clear();
    this.#questions.clear();
  }
}

/** Makes an InferenceError of what came over the wire. */
export function toError({ reason, message, details }: WireError): InferenceError {
  return new InferenceError(reason, message, { details });
}

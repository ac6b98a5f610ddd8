import { isNestedDeeper } from "../../wire/nesting.js";
import { SchemaError } from "../schema-to-grammar.js";
import type { CompiledGrammar, GrammarJob, GrammarReply, GrammarRequest } from "./grammar-job.js";
import { type GrammarBudget, GrammarThread } from "./grammar-thread.js";

/** As many schemas are compiled at once; a heavy one does not hold up all others. */
const MOST_THREADS = 2;
const REMEMBERED = 64;
const LONGEST_SCHEMA = 2_000_000;
/** Deeper schemas are nobody's, and what reads them recurses. */
const DEEPEST_SCHEMA = 256;

/** A grammar whose rules are kept in another thread. */
export interface RemoteGrammar extends CompiledGrammar {
  /** As `JsonGrammar.ending`; nothing when that takes too long. */
  ending(begun: string, signal: AbortSignal): Promise<string | undefined>;
}

/**
 * Makes grammars of schemas off the thread that serves, within bounds of size, time and memory; a client that leaves
 * ends what is made for it alone.
 */
export class GrammarCompiler {
  readonly #idle: GrammarThread[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #remembered = new Map<string, CompiledGrammar>();
  readonly #threads = new Set<GrammarThread>();
  #busy = 0;
  #hasStopped = false;

  /** @param budget - what one grammar may take */
  constructor(private readonly budget: GrammarBudget = {}) {}

  /** @throws SchemaError when the schema is wrong, or too much for a grammar */
  async compile(request: GrammarRequest, signal: AbortSignal): Promise<RemoteGrammar> {
    if (isNestedDeeper(request.schema, DEEPEST_SCHEMA)) {
      throw new SchemaError(`The schema is nested more than ${DEEPEST_SCHEMA} levels deep.`);
    }
    const text = JSON.stringify(request);
    if (text.length > LONGEST_SCHEMA) {
      throw new SchemaError(`The schema has ${text.length} characters, more than ${LONGEST_SCHEMA}.`);
    }
    const grammar = this.#remembered.get(text) ?? (await this.#compile(text, signal));
    this.#remember(text, grammar);
    return { ...grammar, ending: (begun, leaves) => this.#ending(text, begun, leaves) };
  }

  /** Ends all threads; nothing can be compiled afterwards. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  async #compile(request: string, signal: AbortSignal): Promise<CompiledGrammar> {
    const reply = await this.#do({ type: "compile", request }, signal);
    if ("grammar" in reply) return reply.grammar;
    throw new SchemaError("fault" in reply ? reply.fault : "no grammar");
  }

  async #ending(request: string, begun: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const reply = await this.#do({ type: "ending", request, begun }, signal);
      return "ending" in reply ? reply.ending : undefined;
    } catch (error) {
      if (error instanceof SchemaError) return undefined;
      throw error;
    }
  }

  async #do(job: GrammarJob, signal: AbortSignal): Promise<GrammarReply> {
    const thread = await this.#take(signal);
    try {
      return await thread.do(job, signal);
    } finally {
      this.#giveBack(thread);
    }
  }

  async #take(signal: AbortSignal): Promise<GrammarThread> {
    signal.throwIfAborted();
    if (this.#busy >= MOST_THREADS) await this.#turn(signal);
    else this.#busy++;
    if (this.#hasStopped) throw new Error("the engine has stopped");
    const thread = this.#idle.pop() ?? new GrammarThread(this.budget);
    this.#threads.add(thread);
    return thread;
  }

  /** Waits until somebody hands over a place. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(enter);
    });
  }

  #giveBack(thread: GrammarThread): void {
    if (thread.hasEnded) this.#threads.delete(thread);
    else this.#idle.push(thread);
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy--;
    else next();
  }

  #remember(text: string, grammar: CompiledGrammar): void {
    this.#remembered.delete(text);
    this.#remembered.set(text, grammar);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }
}

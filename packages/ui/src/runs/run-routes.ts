import { type ModelExecutionResult, type ModelExecutor, OllamaError } from "@codo/ollama-contract";
import type { OutputManager } from "@codo/ollama-output";
import * as v from "valibot";
import { type ApiCall, type ApiRoute, bodyOf } from "../http/api-route.js";
import { imagesOf } from "../results/result-images.js";
import { LiveRun } from "./live-run.js";

/** How many runs that are over can still be looked at; what they came to is in the store. */
const FINISHED_RUNS = 20;

/** In characters of base64. */
const MOST_KEPT_IMAGES = (8 * 1024 * 1024 * 4) / 3;

const RUN = v.strictObject({
  model: v.pipe(v.string(), v.nonEmpty()),
  prompt: v.pipe(v.string(), v.nonEmpty()),
  system: v.optional(v.string()),
  /** In base64. */
  images: v.optional(v.array(v.string())),
  /** In place of `images`: those of a saved result. */
  imagesOfResult: v.optional(v.string()),
  options: v.optional(v.record(v.string(), v.any())),
});

type RunStore = Pick<OutputManager, "saveExecutionResult" | "getOutput">;

/** The runs of this server, and their addresses. */
export class RunRoutes {
  readonly routes: ApiRoute[];
  readonly #executor: Pick<ModelExecutor, "execute">;
  readonly #output: RunStore;
  readonly #runs = new Map<string, LiveRun>();
  readonly #ending = new Set<Promise<void>>();

  constructor(executor: Pick<ModelExecutor, "execute">, output: RunStore) {
    this.#executor = executor;
    this.#output = output;
    this.routes = [
      { method: "POST", path: "/api/runs", answer: (call) => this.#start(call) },
      { method: "GET", path: "/api/runs/:id/events", answer: (call) => this.#stream(call) },
      { method: "DELETE", path: "/api/runs/:id", answer: ({ id }) => this.#cancel(id) },
    ];
  }

  /** Ends what runs, and waits until the parts that came are kept. */
  async stop(): Promise<void> {
    for (const run of this.#runs.values()) if (!run.isOver) run.cancel();
    await Promise.allSettled(this.#ending);
  }

  async #start(call: ApiCall): Promise<{ id: string }> {
    const { model, prompt, imagesOfResult, ...body } = await bodyOf(call, RUN);
    const images = imagesOfResult === undefined ? body.images : await this.#imagesOf(imagesOfResult);
    const rest = { ...body, images };
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const run = new LiveRun(this.#executor.execute({ model, prompt, ...given }));
    this.#forgetOldest();
    this.#runs.set(run.id, run);
    const ending = run.follow(({ result }) => this.#output.saveExecutionResult(withImages(result, rest.images)));
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
    return { id: run.id };
  }

  async #imagesOf(id: string): Promise<string[]> {
    const found = await this.#output.getOutput(id);
    if (found === null)
      throw new OllamaError("INVALID_REQUEST", `There is no result "${id}"; it may have been deleted.`);
    return imagesOf(found).map(({ bytes }) => bytes.toString("base64"));
  }

  #stream({ id, request, response }: ApiCall): undefined {
    const seen = Number(request.headers["last-event-id"] ?? -1);
    this.#get(id).stream(response, Number.isInteger(seen) ? seen : -1);
  }

  #cancel(id: string): { cancelled: string } {
    this.#get(id).cancel();
    return { cancelled: id };
  }

  #get(id: string): LiveRun {
    const run = this.#runs.get(id);
    if (run !== undefined) return run;
    throw new OllamaError("INVALID_REQUEST", `There is no run "${id}". If it ended, its answer is among the results.`);
  }

  #forgetOldest(): void {
    const over = [...this.#runs.values()].filter(({ isOver }) => isOver);
    for (const { id } of over.slice(0, Math.max(0, over.length - FINISHED_RUNS + 1))) this.#runs.delete(id);
  }
}

/** The store has texts only, so that a page that shows a result with its images has to keep them with it. */
function withImages(result: ModelExecutionResult, images: string[] = []): ModelExecutionResult {
  if (images.length === 0) return result;
  const size = images.reduce((sum, image) => sum + image.length, 0);
  if (size <= MOST_KEPT_IMAGES) return { ...result, metadata: { ...result.metadata, images } };
  const warning = "The images are larger than 8 MB together and were not kept with the result.";
  const warnings = [...(Array.isArray(result.metadata.warnings) ? result.metadata.warnings : []), warning];
  return { ...result, metadata: { ...result.metadata, warnings } };
}

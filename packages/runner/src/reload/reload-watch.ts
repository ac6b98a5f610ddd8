import {
  type ExecutionRequest,
  LOAD_TIME_OPTIONS,
  type LoadedModel,
  type ModelDescription,
  type ModelExecutor,
  normalizeExecutionOptions,
  type PartialExecutionOptions,
  sameModelName,
} from "@codo/ollama-contract";
import { canonicalJson } from "../journal/item-key.js";

/** Something that a person should know before a call, and a program may act on. */
export interface RunnerWarning {
  code: "MODEL_RELOAD";
  message: string;
  details: Record<string, unknown>;
}

/** The smallest context window that a server runs, and its least default. Source: Ollama 0.33. */
const LEAST_CONTEXT = 256;
const SERVER_DEFAULT = 4096;

/**
 * Notices calls that make the server reload a model. It remembers with which load-time options this runner last
 * used each model, and asks the server for its loaded models only where those differ or are used for the first time.
 */
export class ReloadWatch {
  readonly #executor: ModelExecutor;
  readonly #last: Map<string, PartialExecutionOptions> = new Map();

  constructor(executor: ModelExecutor) {
    this.#executor = executor;
  }

  /** The warning that a request deserves, if any. A server that does not answer gives none: the call itself will say. */
  async check(request: ExecutionRequest, cancelled?: AbortSignal): Promise<RunnerWarning | undefined> {
    const wanted = loadTimeOptions(request.options);
    const last = this.#last.get(request.model);
    this.#last.set(request.model, wanted);
    // Of a model's first use only the window can be compared: it is all that the server says of what it loaded.
    const isKnown = last === undefined ? wanted.numCtx === undefined : canonicalJson(last) === canonicalJson(wanted);
    if (isKnown) return undefined;
    try {
      const signals = [request.signal, cancelled].filter((signal) => signal !== undefined);
      const loaded = (await this.#executor.listLoaded({ signal: AbortSignal.any(signals) })).find(({ name }) =>
        sameModelName(name, request.model),
      );
      if (loaded === undefined) return undefined;
      const changes = await this.#changes(loaded, wanted, last);
      return changes.length === 0 ? undefined : warning(request.model, changes);
    } catch {
      return undefined;
    }
  }

  /** What differs, for a person. */
  async #changes(
    loaded: LoadedModel,
    wanted: PartialExecutionOptions,
    last: PartialExecutionOptions | undefined,
  ): Promise<string[]> {
    const changes: string[] = [];
    const model = await this.#describe(loaded.name);
    // What a request does not set the model's own parameters may.
    const own = loadTimeOptions(model.parameters as PartialExecutionOptions | undefined);
    for (const name of LOAD_TIME_OPTIONS) {
      const [before, after] = [last?.[name], wanted[name]];
      if (name === "numCtx" && loaded.contextLength !== undefined) {
        const asked = (after ?? own.numCtx) as number | undefined;
        const window = effectiveWindow(asked ?? SERVER_DEFAULT, model);
        if (window === loaded.contextLength || (asked === undefined && before === after)) continue;
        changes.push(`numCtx ${loaded.contextLength} → ${asked === undefined ? "(default)" : window}`);
      } else if (last !== undefined && (before ?? own[name]) !== (after ?? own[name])) {
        changes.push(`${name} ${before ?? "(default)"} → ${after ?? "(default)"}`);
      }
    }
    return changes;
  }

  /** A model that cannot be described is taken for one that sets nothing itself. */
  async #describe(name: string): Promise<Partial<ModelDescription>> {
    return await this.#executor.describeModel(name).catch(() => ({}));
  }
}

/** The window that a server makes of a wish: not below its least, not above what the model was trained for. */
function effectiveWindow(wanted: number, { contextLength: trained }: Partial<ModelDescription>): number {
  return Math.min(Math.max(wanted, LEAST_CONTEXT), trained ?? Number.POSITIVE_INFINITY);
}

function loadTimeOptions(options: PartialExecutionOptions = {}): PartialExecutionOptions {
  const normalized = normalizeExecutionOptions(options).options;
  const set = LOAD_TIME_OPTIONS.filter((name) => normalized[name] !== undefined && normalized[name] !== null);
  return Object.fromEntries(set.map((name) => [name, normalized[name]]));
}

function warning(model: string, changes: string[]): RunnerWarning {
  return {
    code: "MODEL_RELOAD",
    message: `The server will reload model "${model}": ${changes.join(", ")}. Use the same load-time options in all calls to avoid the wait.`,
    details: { model, changes },
  };
}

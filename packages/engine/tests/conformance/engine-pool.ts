import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseInference } from "../../src/choose-inference.js";
import { createEngine, type Engine } from "../../src/create-engine.js";
import { DEFAULT_SETTINGS, settingsFromEnvironment } from "../../src/settings/engine-settings.js";
import { TemplateLibrary } from "../../src/templates/template-library.js";
import { copyStore, type Fixture } from "./fixture-store.js";
import type { Recording } from "./recording.js";

/** An engine that a case runs against. */
export interface TestBed {
  engine: Engine;
  /** Folder of its store. */
  folder: string;
  /** Processes that compute, at the moment. */
  inferencePids: Set<number>;
  stop(): Promise<void>;
}

/** What the recordings call usual: one sequence, no cloud. */
const USUAL = "OLLAMA_NO_CLOUD=1";
/** What the recordings of `ps` and of the group `load` ran with, as their README says. */
const LOAD_SETTINGS = "OLLAMA_MAX_QUEUE=1 OLLAMA_NUM_PARALLEL=1 OLLAMA_MAX_LOADED_MODELS=1";

/** Starts engines with the settings that cases ask for, and shares them where nothing speaks against it. */
export class EnginePool implements AsyncDisposable {
  readonly #fixture: Fixture;
  readonly #shared = new Map<string, Promise<TestBed>>();

  constructor(fixture: Fixture) {
    this.#fixture = fixture;
  }

  /** Runs something against the engine that a case needs. */
  async use<T>(recording: Recording, run: (bed: TestBed) => Promise<T>): Promise<T> {
    const settings = settingsOf(recording);
    if (!needsOwnEngine(recording)) {
      let shared = this.#shared.get(settings);
      if (shared === undefined) {
        shared = this.#start(settings, false);
        this.#shared.set(settings, shared);
      }
      return run(await shared);
    }
    const bed = await this.#start(settings, startsEmpty(recording));
    try {
      return await run(bed);
    } finally {
      await bed.stop();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#shared.values()].map(async (bed) => (await bed).stop()));
  }

  async #start(settings: string, isEmpty: boolean): Promise<TestBed> {
    const folder = isEmpty ? await mkdtemp(join(tmpdir(), "codo-conformance-")) : await copyStore(this.#fixture.folder);
    const environment = Object.fromEntries(settings.split(" ").map((setting) => setting.split("=")));
    const inferencePids = new Set<number>();
    const engine = await createEngine({
      settings: { ...settingsFromEnvironment(environment), ...DEFAULT_HOST, models: folder },
      startInference: async (options, signal) => {
        const child = await chooseInference(process.env.CODO_ENGINE_LLAMA_SERVER)(options, signal);
        inferencePids.add(child.pid);
        void child.exited.then(() => inferencePids.delete(child.pid));
        return child;
      },
      builtins: [],
      templates: new TemplateLibrary(this.#fixture.equivalents),
    });
    const stop = async (): Promise<void> => {
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { engine, folder, inferencePids, stop };
  }
}

const DEFAULT_HOST = { host: DEFAULT_SETTINGS.host, port: DEFAULT_SETTINGS.port };

function settingsOf({ server, group, steps }: Recording): string {
  if (server.startsWith("cloud not disabled")) return "OLLAMA_NO_CLOUD=";
  if (group === "load" || usesPs(steps)) return `${USUAL} ${server.includes("=") ? server : LOAD_SETTINGS}`;
  return server.includes("=") ? `${USUAL} ${server}` : USUAL;
}

/** Cases that look at what is loaded, do something to the server, or start from an empty store. */
function needsOwnEngine(recording: Recording): boolean {
  return recording.group === "load" || usesPs(recording.steps) || startsEmpty(recording);
}

/** What was recorded beside the registry began with no model, too. */
function startsEmpty({ server }: Recording): boolean {
  return server === "an empty model store" || server.includes("registry");
}

function usesPs(steps: Recording["steps"]): boolean {
  return steps.some(({ request }) => request?.path === "/api/ps");
}

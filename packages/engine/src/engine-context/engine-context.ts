import type { GrammarCompiler } from "../grammar/worker/grammar-compiler.js";
import type { ModelCatalog } from "../models/model-catalog.js";
import type { ModelScheduler } from "../scheduling/model-scheduler.js";
import type { EngineSettings } from "../settings/engine-settings.js";
import type { TemplateLibrary } from "../templates/template-library.js";

/** What the routes of an engine work with. */
export interface EngineContext {
  readonly settings: EngineSettings;
  readonly catalog: ModelCatalog;
  readonly scheduler: ModelScheduler;
  readonly grammars: GrammarCompiler;
  readonly templates: TemplateLibrary;
  /** Warns the user about something that a client does not see. */
  readonly warn: (message: string) => void;
}

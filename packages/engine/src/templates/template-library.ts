import { ApiError } from "../http/api-error.js";
import type { LocalModel } from "../store/local-model.js";
import type { ChatTemplate } from "./chat-template.js";
import { chatMlTemplate } from "./chatml-template.js";
import { templateFault } from "./check-template.js";
import { JinjaTemplate } from "./jinja-template.js";
import { parsedGoTemplate } from "./parsed-go-templates.js";
import { prefersFileTemplate } from "./template-capabilities.js";

/** The Go template of models that have none: the prompt as it is. */
export const BARE_TEMPLATE = "{{ .Prompt }}";

/** A Jinja template that is run in the place of another one. */
export interface TemplateEquivalent {
  source: string;
  /** Language of the template that it stands for. */
  kind: "go" | "jinja";
}

/** Whether a model is of the family of gpt-oss, whose Go template is always used. */
export function isGptOss({ architecture }: Pick<LocalModel["facts"], "architecture">): boolean {
  return architecture === "gptoss" || architecture === "gpt-oss";
}

/** Which of its two templates a model's prompts are made by: the manifest's in Go's language, or the file's in Jinja. */
export function templateInUse({ template, facts, parser }: LocalModel): "go" | "jinja" | "none" {
  const { chatTemplate } = facts;
  const isFixed = parser !== undefined || (isGptOss(facts) && template?.includes("<|start|>") === true);
  if (isFixed && template !== undefined && template !== BARE_TEMPLATE) return "go";
  if (template === undefined) return chatTemplate === undefined ? "none" : "jinja";
  if (chatTemplate === undefined || templateFault(template) !== undefined) return "go";
  return prefersFileTemplate(chatTemplate, template, parsedGoTemplate(template)) ? "jinja" : "go";
}

/** Finds the template by which a model's prompts are made, as Ollama chooses it; ChatML where a model has none. */
export class TemplateLibrary {
  readonly #equivalents: ReadonlyMap<string, TemplateEquivalent>;
  readonly #parsed = new Map<string, ChatTemplate>();

  /** @param equivalents - what to run for some templates, by their text: a test's weights may know only one */
  constructor(equivalents: ReadonlyMap<string, TemplateEquivalent> = new Map()) {
    this.#equivalents = equivalents;
  }

  /** The template for conversations. @throws ApiError when it can't be parsed */
  forChat(model: LocalModel): ChatTemplate {
    const { template = "", facts } = model;
    const choice = templateInUse(model);
    if (choice === "go") return this.forRequest(template, model);
    if (choice === "none" || facts.chatTemplate === undefined) return chatMlTemplate;
    return this.#jinja(
      this.#equivalents.get(facts.chatTemplate) ?? { source: facts.chatTemplate, kind: "jinja" },
      model,
    );
  }

  /** The template for single prompts; `undefined` when the model gets the prompt as it is. */
  forGenerate(model: LocalModel): ChatTemplate | undefined {
    const hasTemplate = model.template !== undefined && model.template !== BARE_TEMPLATE;
    return hasTemplate || model.facts.chatTemplate !== undefined ? this.forChat(model) : undefined;
  }

  /** A template in Go's language, such as a request brings along. @throws ApiError (500) when it can't be parsed */
  forRequest(text: string, model: LocalModel): ChatTemplate {
    const equivalent = this.#equivalents.get(text);
    if (equivalent !== undefined) return this.#jinja(equivalent, model);
    const fault = templateFault(text);
    if (fault !== undefined) throw new ApiError(500, fault);
    return parsedGoTemplate(text);
  }

  #jinja({ source, kind }: TemplateEquivalent, model: LocalModel): ChatTemplate {
    const { bosToken, eosToken } = model.facts;
    const key = JSON.stringify([kind, bosToken, eosToken, source]);
    let template = this.#parsed.get(key);
    if (template === undefined) {
      template = new JinjaTemplate(source, { bosToken, eosToken }, kind);
      this.#parsed.set(key, template);
    }
    return template;
  }
}

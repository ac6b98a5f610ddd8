import { ApiError } from "../http/api-error.js";
import type { LocalModel } from "../models/local-model.js";
import type { ChatTemplate } from "./chat-template.js";
import { chatMlTemplate } from "./chatml-template.js";
import { templateFault } from "./check-template.js";
import { JinjaTemplate } from "./jinja-template.js";
import { SimpleGoTemplate } from "./simple-go-template.js";

/** The Go template of models that have none: the prompt as it is. */
export const BARE_TEMPLATE = "{{ .Prompt }}";

/** A Jinja template that is run in the place of another one. */
export interface TemplateEquivalent {
  source: string;
  /** Language of the template that it stands for. */
  kind: "go" | "jinja";
}

/**
 * Finds the template by which a model's prompts are made: the one of its manifest if it can be run, else the one in
 * its file, else ChatML.
 */
export class TemplateLibrary {
  readonly #equivalents: ReadonlyMap<string, TemplateEquivalent>;
  readonly #parsed = new Map<string, ChatTemplate>();

  /** @param equivalents - what to run for some templates, by their text */
  constructor(equivalents: ReadonlyMap<string, TemplateEquivalent> = new Map()) {
    this.#equivalents = equivalents;
  }

  /** Whether a model's prompts are made by another template than the one of its manifest. */
  standsIn(model: LocalModel): boolean {
    return model.template !== undefined && this.#go(model.template, model) === undefined;
  }

  /** The template for conversations. @throws Error when it can't be parsed */
  forChat(model: LocalModel): ChatTemplate {
    const own = model.template === undefined ? undefined : this.#go(model.template, model);
    if (own !== undefined) return own;
    const { chatTemplate } = model.facts;
    if (chatTemplate === undefined) return chatMlTemplate;
    return this.#jinja(this.#equivalents.get(chatTemplate) ?? { source: chatTemplate, kind: "jinja" }, model);
  }

  /** The template for single prompts; `undefined` when the model gets the prompt as it is. */
  forGenerate(model: LocalModel): ChatTemplate | undefined {
    const hasTemplate = model.template !== undefined && model.template !== BARE_TEMPLATE;
    return hasTemplate || model.facts.chatTemplate !== undefined ? this.forChat(model) : undefined;
  }

  /** The template that a request brings along. @throws ApiError when it can't be parsed, or can't be run here */
  forRequest(text: string, model: LocalModel): ChatTemplate {
    const fault = templateFault(text);
    if (fault !== undefined) throw new ApiError(500, fault);
    const template = this.#go(text, model);
    if (template !== undefined) return template;
    throw new ApiError(500, "this engine runs only plain templates in Go's language: text, fields, if, else and end");
  }

  #go(text: string, model: LocalModel): ChatTemplate | undefined {
    const equivalent = this.#equivalents.get(text);
    return equivalent === undefined ? SimpleGoTemplate.parse(text) : this.#jinja(equivalent, model);
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

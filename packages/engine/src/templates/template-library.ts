import type { LocalModel } from "../models/local-model.js";
import type { ChatTemplate } from "./chat-template.js";
import { chatMlTemplate } from "./chatml-template.js";
import { JinjaTemplate } from "./jinja-template.js";

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

  /** The template for conversations. @throws Error when it can't be parsed */
  forChat(model: LocalModel): ChatTemplate {
    const text = model.template ?? model.facts.chatTemplate;
    const equivalent = text === undefined ? undefined : this.#equivalents.get(text);
    if (equivalent !== undefined) return this.#parse(equivalent, model);
    const { chatTemplate } = model.facts;
    return chatTemplate === undefined ? chatMlTemplate : this.#parse({ source: chatTemplate, kind: "jinja" }, model);
  }

  /** The template for single prompts; `undefined` when the model gets the prompt as it is. */
  forGenerate(model: LocalModel): ChatTemplate | undefined {
    const hasTemplate = model.template !== undefined && model.template !== BARE_TEMPLATE;
    return hasTemplate || model.facts.chatTemplate !== undefined ? this.forChat(model) : undefined;
  }

  #parse({ source, kind }: TemplateEquivalent, model: LocalModel): ChatTemplate {
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

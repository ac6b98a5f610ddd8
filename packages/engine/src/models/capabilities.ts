import type { LocalModel } from "./local-model.js";

/** What a model can do, in the words of the wire. */
export type Capability = "completion" | "embedding" | "insert" | "tools" | "thinking";

/** What a model can do, in the order in which a server names it. */
export function capabilitiesOf(model: LocalModel): Capability[] {
  if (model.facts.embedding) return ["embedding"];
  // Of a template inside the file a real server tells the capabilities before "completion".
  if (model.template === undefined) return [...templateCapabilities(model.facts.chatTemplate ?? ""), "completion"];
  return ["completion", ...templateCapabilities(model.template)];
}

function templateCapabilities(template: string): Capability[] {
  const capabilities: Capability[] = [];
  if (mentionsTools(template)) capabilities.push("tools");
  if (/\.Suffix\b/.test(template)) capabilities.push("insert");
  if (mentionsThinking(template)) capabilities.push("thinking");
  return capabilities;
}

/**
 * What the list of models says of a model. A real server does not look for a template inside the file there, so that
 * it lists less than `show`; only of the built-in models is everything told.
 */
export function listedCapabilitiesOf(model: LocalModel): Capability[] {
  if (model.builtin) return capabilitiesOf(model);
  const { chatTemplate: _, ...facts } = model.facts;
  return capabilitiesOf({ ...model, facts });
}

/** Whether a model has a capability. */
export function canDo(model: LocalModel, capability: Capability): boolean {
  return capabilitiesOf(model).includes(capability);
}

function mentionsTools(template: string): boolean {
  return /\.Tools\b/.test(template) || /\{%-?\s*(?:if|for)\b[^%]*\btools\b/.test(template);
}

function mentionsThinking(template: string): boolean {
  return /\.Think(?:ing)?\b|\$\.IsThinkSet\b/.test(template) || /\benable_thinking\b/.test(template);
}

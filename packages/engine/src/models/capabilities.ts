import { parserCapabilities } from "../parsers/model-families.js";
import type { LocalModel } from "../store/local-model.js";
import { templateFault } from "../templates/check-template.js";
import { parsedGoTemplate } from "../templates/parsed-go-templates.js";
import { fileTemplateCapabilities, goTemplateCapabilities } from "../templates/template-capabilities.js";
import { isGptOss, templateInUse } from "../templates/template-library.js";

/** What a model can do, in the words of the wire. */
export type Capability = "completion" | "embedding" | "insert" | "tools" | "vision" | "thinking";

/** What a model can do, in the order in which a server names it. */
export function capabilitiesOf(model: LocalModel): Capability[] {
  if (model.facts.embedding) return ["embedding"];
  const { template, facts } = model;
  // Of a template inside the file a real server lists the capabilities before "completion".
  if (templateInUse(model) !== "go" && model.parser === undefined) {
    const ofFile = fileTemplateCapabilities(facts.chatTemplate ?? "");
    return [...ofFile, "completion", ...ofProjector(model), ...furtherCapabilities(model)];
  }
  const isReadable = template !== undefined && templateFault(template) === undefined;
  const ofTemplate: Capability[] = isReadable ? goTemplateCapabilities(parsedGoTemplate(template)) : [];
  const further = [...ofTemplate.filter((one) => one === "thinking"), ...furtherCapabilities(model)];
  return [
    ...new Set<Capability>([
      "completion",
      ...ofTemplate.filter((one) => one !== "thinking"),
      ...ofProjector(model),
      ...further,
    ]),
  ];
}

/** A real server says it of every projector, also of one for sound. */
function ofProjector({ projectorPaths }: LocalModel): Capability[] {
  return projectorPaths.length > 0 ? ["vision"] : [];
}

/** What the parser that the manifest names can read, and what all models of an architecture can do. */
function furtherCapabilities({ parser, facts }: LocalModel): Capability[] {
  const ofParser = parser === undefined ? [] : parserCapabilities(parser);
  return isGptOss(facts) ? [...ofParser, "thinking"] : ofParser;
}

/**
 * What the list of models says of a model. A real server does not look for a template inside the file there, so that
 * it lists less than `show`; only the built-in models list everything.
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

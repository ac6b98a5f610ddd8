import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel } from "../engine-context/find-model.js";
import { modelInfo, tensorList } from "../gguf/model-info.js";
import { readGguf } from "../gguf/read-gguf.js";
import { ApiError } from "../http/api-error.js";
import type { Handler } from "../http/router.js";
import { capabilitiesOf } from "../models/capabilities.js";
import { modelDetails } from "../models/model-details.js";
import { renderModelfile, renderParameters } from "../models/modelfile.js";
import type { LocalModel } from "../store/local-model.js";
import { BARE_TEMPLATE } from "../templates/template-library.js";
import { bool, decodeBody, record, text } from "../wire/decode-body.js";
import { formatTimestamp } from "../wire/timestamp.js";

const FIELDS = { model: text, name: text, system: text, template: text, verbose: bool, options: record };

/** `POST /api/show`: everything about a model. */
export function showRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "ShowRequest", FIELDS);
    const asked = body.model || body.name || "";
    if (asked === "") throw new ApiError(400, "model is required");
    const found = await findModel(context, asked, (_, name) => `model '${name?.model}:${name?.tag}' not found`);
    const model: LocalModel = body.system ? { ...found, system: body.system } : found;
    const file = await readGguf(model.modelPath);
    const [projectorPath] = model.projectorPaths;
    const projector = projectorPath === undefined ? undefined : await readGguf(projectorPath);
    const parameters = renderParameters(model);
    exchange.sendJson(200, {
      ...(model.licenses.length > 0 && { license: model.licenses.join("\n") }),
      modelfile: renderModelfile(model),
      ...(parameters !== "" && { parameters }),
      template: shownTemplate(model),
      ...(model.system !== undefined && model.system !== "" && { system: model.system }),
      details: modelDetails(model),
      ...(model.messages.length > 0 && { messages: model.messages }),
      model_info: modelInfo(file, body.verbose === true),
      ...(projector !== undefined && { projector_info: modelInfo(projector, body.verbose === true) }),
      tensors: tensorList(file),
      capabilities: capabilitiesOf(model),
      modified_at: formatTimestamp(model.modifiedNs),
    });
  };
}

function shownTemplate({ template, facts }: LocalModel): string {
  return template ?? facts.chatTemplate ?? BARE_TEMPLATE;
}

import { ApiError } from "../http/api-error.js";
import { LLAMA_SERVER_VARIABLE } from "../inference/find-llama-server.js";
import type { InferenceProcess } from "../inference/inference-contract.js";
import { mediaTag } from "../inference/media-tag.js";
import type { LocalModel } from "../store/local-model.js";
import { shortName } from "../store/model-name.js";
import type { WireMessage } from "../wire/decode-message.js";

/** Where a user wants an image within a text, in the words of a real server. */
const PLACE = "[img]";

/** The messages with a tag for each of their images, and all images in the order of their numbers. */
export function tagImages(messages: readonly WireMessage[]): { messages: WireMessage[]; media: string[] } {
  const media: string[] = [];
  const tagged = messages.map((message) => {
    const content = withTags(message.content, message.images.length, media.length);
    media.push(...message.images);
    return { ...message, content };
  });
  return { messages: tagged, media };
}

/** A text with tags of so many images: in the places that it has for them, the others before it. */
export function withTags(text: string, count: number, firstNumber = 0): string {
  let before = "";
  let rest = text;
  for (let number = firstNumber; number < firstNumber + count; number++) {
    if (rest.includes(PLACE)) rest = rest.replace(PLACE, mediaTag(number));
    else before += mediaTag(number);
  }
  return before + rest;
}

/**
 * Refuses images that nothing can read.
 * @param refusal - for a model without vision
 * @throws ApiError
 */
export function checkMedia(
  { model, process, media }: { model: LocalModel; process: InferenceProcess; media: readonly string[] },
  refusal: () => ApiError,
): void {
  if (media.length === 0 || process.info.takesMedia) return;
  if (model.projectorPaths.length === 0) throw refusal();
  throw new ApiError(
    400,
    `${shortName(model.name)} has a projector for images, but the built-in llama.cpp reads text only. A llama-server of llama.cpp reads them: start the engine with ${LLAMA_SERVER_VARIABLE}=PATH of one, or =auto for the one on the PATH`,
  );
}

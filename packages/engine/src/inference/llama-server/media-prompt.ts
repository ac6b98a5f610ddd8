import { splitAtMedia } from "../media-tag.js";

/** A prompt with images or sound as `/completion` of llama-server takes it. */
export interface MediaPrompt {
  prompt_string: string;
  multimodal_data: string[];
}

/**
 * Makes one of a prompt with tags. The marker is what the server puts media in the place of; text that has it by chance,
 * or on purpose, loses it.
 * @param begin - the text of the token that the server puts before every prompt
 */
export function mediaPrompt(
  { prompt, media }: { prompt: string; media: readonly string[] },
  { marker, begin = "" }: { marker: string; begin?: string | undefined },
): MediaPrompt {
  const split = splitAtMedia(prompt, media);
  const whole = split.texts.map((text) => text.replaceAll(marker, "")).join(marker);
  return {
    prompt_string: begin !== "" && whole.startsWith(begin) ? whole.slice(begin.length) : whole,
    multimodal_data: split.media,
  };
}

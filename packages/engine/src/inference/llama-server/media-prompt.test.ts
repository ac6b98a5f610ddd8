import { describe, expect, it } from "vitest";
import { mediaPrompt } from "./media-prompt.js";

const given = { marker: "<here>" };

describe("mediaPrompt", () => {
  it("has the media in the order of their tags, each as often as it is named", () => {
    const prompt = "[img-1] beside [img-0], and [img-1] again";
    expect(mediaPrompt({ prompt, media: ["a", "b", "c"] }, given)).toEqual({
      prompt_string: "<here> beside <here>, and <here> again",
      multimodal_data: ["b", "a", "b"],
    });
  });

  it("leaves tags as text that no image has, and takes the marker out of a text", () => {
    expect(mediaPrompt({ prompt: "[img-0] is no [img-7], nor <here>", media: ["a"] }, given)).toEqual({
      prompt_string: "<here> is no [img-7], nor ",
      multimodal_data: ["a"],
    });
  });

  it("leaves out the token that the server puts first", () => {
    const { prompt_string: text } = mediaPrompt({ prompt: "<s>[img-0]<s>", media: ["a"] }, { ...given, begin: "<s>" });
    expect(text).toBe("<here><s>");
  });
});

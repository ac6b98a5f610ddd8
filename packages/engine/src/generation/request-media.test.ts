import { describe, expect, it } from "vitest";
import { tagImages, withTags } from "./request-media.js";

const user = (content: string, ...images: string[]) => ({ role: "user", content, images, toolCalls: [] });

describe("tagImages", () => {
  it("numbers the images of a conversation, each before the text of its message", () => {
    const { messages, media } = tagImages([user("one", "a", "b"), user("none"), user("two", "c")]);
    expect(messages.map(({ content }) => content)).toEqual(["[img-0][img-1]one", "none", "[img-2]two"]);
    expect(media).toEqual(["a", "b", "c"]);
  });
});

describe("withTags", () => {
  it("puts images where the text has a place for them, and the rest before it", () => {
    expect(withTags("This [img] and that [img]?", 3)).toBe("[img-2]This [img-0] and that [img-1]?");
  });
});

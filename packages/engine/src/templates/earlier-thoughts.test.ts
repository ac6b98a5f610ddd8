import { describe, expect, it } from "vitest";
import { modelOf } from "../../tests/recorded-renders.js";
import { withoutEarlierThoughts } from "./earlier-thoughts.js";

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const conversation = [
  user("a"),
  assistant("<think>\nHm.\n</think>\n\nYes."),
  assistant("See <think>."),
  user("b"),
  assistant("<think>So"),
];

describe("thoughts in the text of earlier answers", () => {
  const model = modelOf("");

  it("are taken out for Qwen 3, up to the last question", () => {
    const qwen = { ...model, facts: { ...model.facts, architecture: "qwen3" } };
    const contents = withoutEarlierThoughts(qwen, conversation).map(({ content }) => content);
    expect(contents).toEqual(["a", "Yes.", "See <think>.", "b", "<think>So"]);
  });

  it("stay for others", () => {
    expect(withoutEarlierThoughts(model, conversation)).toEqual(conversation);
  });
});

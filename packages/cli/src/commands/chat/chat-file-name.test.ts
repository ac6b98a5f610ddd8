import { expect, it } from "vitest";
import { chatFileName, earlierChatFileName } from "./chat-file-name.js";

it("gives every name a file of its own, inside the folder", () => {
  const names = ["a/b", "a_b", "a b", "a%2Fb", "a\\b", "..", "../a", ".a", "_a", "größe", "世界 🌍"];
  const files = names.map(chatFileName);
  expect(new Set(files).size).toBe(names.length);
  for (const file of files) expect(file).toMatch(/^[^./\\][^/\\ ]*\.json$/);
  expect([chatFileName("last"), chatFileName("größe-2.1")]).toEqual(["last.json", "größe-2.1.json"]);
});

it("knows where earlier versions saved a chat", () => {
  expect([earlierChatFileName("a/b"), earlierChatFileName("my chat")]).toEqual(["a_b.json", "my_chat.json"]);
});

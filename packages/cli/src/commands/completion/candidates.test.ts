import { expect, it } from "vitest";
import { GLOBAL_OPTIONS } from "../../arguments/global-options.js";
import { COMMANDS } from "../commands.js";
import { completeWords } from "./candidates.js";

function texts(...words: string[]): string[] | string {
  const completion = completeWords(words, COMMANDS, GLOBAL_OPTIONS);
  return "source" in completion ? completion.source : completion.candidates.map(({ text }) => text);
}

it("completes commands, subcommands, options and their values", () => {
  expect(texts("")).toEqual(COMMANDS.map(({ name }) => name));
  expect(texts("models", "")).toContain("pull");
  expect(texts("run", "--")).toEqual(expect.arrayContaining(["--model", "--json", "--help"]));
  expect(texts("run", "--think", "")).toEqual([]);
  expect(texts("outputs", "list", "--kind", "")).toContain("batch");
  expect(texts("outputs", "list", "--kind=b")).toContain("--kind=batch");
});

it("says where names are to be looked for", () => {
  expect(texts("run", "-m", "llama3.2:")).toBe("models");
  expect(texts("models", "show", "")).toBe("models");
  expect(texts("config", "get", "")).toBe("settings");
  expect(texts("run", "--preset", "")).toBe("presets");
  expect(texts("batch", "")).toBe("files");
  expect(texts("models", "cp", "a", "")).toEqual([]);
});

import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { modelStoreFolder } from "./model-store-folder.js";

it.each([
  [{}, join("/home/me", ".ollama", "models")],
  [{ OLLAMA_MODELS: "" }, join("/home/me", ".ollama", "models")],
  [{ OLLAMA_MODELS: "/srv/models" }, resolve("/srv/models")],
  [{ OLLAMA_MODELS: ' "/srv/my models" ' }, resolve("/srv/my models")],
  [{ OLLAMA_MODELS: "models" }, resolve("models")],
])("the user's models with %j are in %s", (env, folder) => {
  expect(modelStoreFolder(env, "/home/me")).toBe(folder);
});

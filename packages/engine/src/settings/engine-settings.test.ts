import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, parseListenAddress, settingsFromEnvironment } from "./engine-settings.js";

describe("settings from the environment", () => {
  it("are the defaults where nothing, or nonsense, is set", () => {
    const settings = settingsFromEnvironment({ OLLAMA_NUM_PARALLEL: "many", OLLAMA_KEEP_ALIVE: "soon" });
    expect(settings).toMatchObject({ ...DEFAULT_SETTINGS, port: 11_434, models: expect.stringContaining(".ollama") });
  });

  it("are read as Ollama reads them", () => {
    const settings = settingsFromEnvironment({
      OLLAMA_HOST: " '0.0.0.0:8080' ",
      OLLAMA_MODELS: "/models",
      OLLAMA_KEEP_ALIVE: "30",
      OLLAMA_NUM_PARALLEL: "4",
      OLLAMA_MAX_QUEUE: "1",
      OLLAMA_MAX_LOADED_MODELS: "2",
      OLLAMA_CONTEXT_LENGTH: "1024",
      OLLAMA_ORIGINS: "https://a.example,https://b.example",
      OLLAMA_NO_CLOUD: "1",
    });
    expect(settings).toEqual({
      host: "0.0.0.0",
      port: 8080,
      models: "/models",
      keepAliveMs: 30_000,
      parallel: 4,
      maxQueue: 1,
      maxLoadedModels: 2,
      contextLength: 1024,
      origins: ["https://a.example", "https://b.example"],
      noCloud: true,
    });
  });

  it.each([
    ["", "127.0.0.1", 11_434],
    [":1234", "127.0.0.1", 1234],
    ["localhost", "localhost", 11_434],
    ["http://box", "box", 80],
    ["https://box", "box", 443],
    ["::1", "::1", 11_434],
    ["[::1]:99", "::1", 99],
    ["box:99999", "box", 11_434],
    ["box:1/path", "box", 1],
  ])("listen at %j", (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port });
  });
});

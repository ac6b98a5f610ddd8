import { chmod, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExecutionOptions, OLLAMA_CONFIG_DEFAULTS } from "@codo/ollama-contract";
import { beforeEach, describe, expect, it } from "vitest";
import { ConfigManager, type ConfigManagerOptions } from "./config-manager.js";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-config-"));
  file = join(folder, "config.json");
});

function manager(options: ConfigManagerOptions = {}): ConfigManager {
  return new ConfigManager(file, { env: {}, cwd: folder, ...options });
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, "utf8");
}

describe("loadConfig and saveConfig", () => {
  it("has the specification's defaults when there is no file", async () => {
    const config = manager();
    expect(await config.loadConfig()).toBe(true);
    expect(config.config).toMatchObject(OLLAMA_CONFIG_DEFAULTS);
    expect(await config.createDefaultConfig()).toEqual(OLLAMA_CONFIG_DEFAULTS);
  });

  it("writes only what was changed on the settings, and the schema for editors", async () => {
    const config = manager();
    await config.loadConfig();
    config.config.defaultModel = "llama3.2";
    expect(await config.saveConfig()).toBe(true);
    expect(Object.keys(JSON.parse(await textOf(file)))).toEqual(["$schema", "defaultModel"]);
    delete (config.config as { defaultModel?: string }).defaultModel;
    expect(await config.saveConfig()).toBe(true);
    expect(Object.keys(JSON.parse(await textOf(file)))).toEqual(["$schema"]);
  });

  it("keeps comments, unknown keys, indentation and line ends of the rest", async () => {
    const text =
      '{\r\n    // who answers\r\n    "defaultModel": "a", /* here */\r\n    "mine": { "x": [1, 2] },\r\n    "options": { "top_k": 5 } // last\r\n}\r\n';
    await writeFile(file, text);
    expect(await manager().updateConfig({ defaultModel: "b" })).toBe(true);
    expect(await textOf(file)).toBe(text.replace('"a"', '"b"'));
  });

  it("reports a broken file with line, column and key, and leaves it where it is", async () => {
    const text = '{\n  "options": {\n    "temperature": 0.2,,\n  }\n}';
    await writeFile(file, text);
    const config = manager();
    expect(await config.loadConfig()).toBe(false);
    expect(config.lastError?.code).toBe("INVALID_CONFIG");
    expect(config.lastError?.details).toMatchObject({
      file,
      line: 3,
      column: 24,
      key: expect.stringMatching("options"),
    });
    expect(await config.updateConfig({ defaultModel: "x" })).toBe(false);
    expect(await config.saveConfig()).toBe(false);
    expect(await textOf(file)).toBe(text);
    expect(await readdir(folder)).toEqual(["config.json"]);
  });

  it("uses the valid part of a file with invalid values, and says so", async () => {
    await writeFile(file, '{ "serverPort": "x", "defaultModel": "a" }');
    const config = manager();
    expect(await config.loadConfig()).toBe(false);
    expect(config.lastError?.message).toContain(":1:3 serverPort");
    expect(config.config).toMatchObject({ serverPort: 11434, defaultModel: "a" });
    expect(await config.updateConfig({ serverPort: 8080 })).toBe(true);
    expect(config.config.serverPort).toBe(8080);
  });

  it("keeps a file that holds a key to its owner", async () => {
    await manager().updateConfig({ defaultModel: "a" });
    await chmod(file, 0o664);
    await manager().updateConfig({ defaultModel: "b" });
    expect((await stat(file)).mode & 0o777).toBe(0o664);
    await manager().updateConfig({ apiKey: "k" });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await manager().exportConfig(join(folder, "open.json"))).toBe(true);
    expect(await manager().exportConfig(join(folder, "secret.json"), { includeSecrets: true })).toBe(true);
    expect(await textOf(join(folder, "open.json"))).not.toContain('"k"');
    expect((await stat(join(folder, "secret.json"))).mode & 0o777).toBe(0o600);
  });
});

describe("changes on the settings that are not saved yet", () => {
  it("are saved also where nothing was loaded before", async () => {
    await writeFile(file, '{ "defaultModel": "old", "cacheTtl": 7 }');
    const config = manager();
    config.config.defaultModel = "mine";
    expect(await config.saveConfig()).toBe(true);
    expect(JSON.parse(await textOf(file))).toEqual({ defaultModel: "mine", cacheTtl: 7 });
  });

  it("outlive a validation, which checks them too, and a change of something else", async () => {
    await writeFile(file, '{ "cacheTtl": 7, "options": { "topP": 0.5, "seed": 1 } }');
    const config = manager();
    await config.loadConfig();
    config.config.defaultModel = "mine";
    config.config.cacheTtl = "soon" as never;
    delete config.config.options?.seed;
    expect((await config.validateConfig()).errors).toMatchObject([{ path: "cacheTtl" }]);
    expect(await config.saveConfig()).toBe(false);
    expect(await config.updateConfig({ cacheTtl: 8, options: { topK: 5 } })).toBe(true);
    expect(await config.validateConfig()).toMatchObject({ valid: true });
    expect(await config.saveConfig()).toBe(true);
    const saved = { cacheTtl: 8, options: { topP: 0.5, topK: 5 }, defaultModel: "mine" };
    expect(JSON.parse(await textOf(file))).toEqual(saved);
  });

  it("are dropped when the settings are loaded again or reset", async () => {
    const config = manager();
    for (const drop of [() => config.loadConfig(), () => config.resetToDefaults()]) {
      config.config.defaultModel = "mine";
      expect(await drop()).toBe(true);
      expect(config.config.defaultModel).toBe(OLLAMA_CONFIG_DEFAULTS.defaultModel);
    }
  });
});

describe("updateConfig", () => {
  it("is all or nothing, names every problem and the nearest key", async () => {
    const config = manager();
    expect(await config.updateConfig({ serverPort: 70_000, requestTimout: 5, defaultModel: "a" })).toBe(false);
    expect(config.lastError?.details.problems).toEqual([
      expect.objectContaining({ path: "serverPort" }),
      expect.objectContaining({ path: "requestTimout", suggestion: "requestTimeout" }),
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("knows no settings but its own", async () => {
    for (const key of ["constructor", "toString", "options.constructor", "hasOwnProperty"]) {
      await expect(manager().set(key, 1)).rejects.toMatchObject({ code: "INVALID_CONFIG" });
      await expect(manager().explain(key)).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    }
  });

  it("takes a setting out with null", async () => {
    const config = manager();
    await config.updateConfig({ defaultModel: "a", maxRetries: 1 });
    await config.updateConfig({ defaultModel: null });
    expect(config.config).toMatchObject({ defaultModel: "llama2", maxRetries: 1 });
  });

  it("sets and unsets one setting by its key, in either spelling", async () => {
    const config = manager();
    await config.set("models.llama3.2:1b.num_ctx", 4096);
    await config.set("temperature", 0.1);
    expect(JSON.parse(await textOf(file))).toMatchObject({
      options: { temperature: 0.1 },
      models: { "llama3.2:1b": { numCtx: 4096 } },
    });
    expect(await config.unset("options.temperature")).toBe(true);
    expect(await config.unset("options.temperature")).toBe(false);
    await expect(config.set("serverPort", "x")).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(config.set("temprature", 1)).rejects.toThrow('Did you mean "temperature"?');
  });
});

describe("layers", () => {
  it("lets each layer win over the one below and explains it", async () => {
    await mkdir(join(folder, "project", "deep"), { recursive: true });
    const env = { XDG_CONFIG_HOME: join(folder, "xdg"), CODO_TEMPERATURE: "0.4", CODO_SERVER_PORT: "2" };
    const config = new ConfigManager(undefined, { env, cwd: join(folder, "project", "deep") });
    expect(config.configFile).toBe(join(folder, "xdg", "codo", "config.json"));
    await config.updateConfig({ serverPort: 1, defaultModel: "a", options: { temperature: 0.2, topK: 1 } });
    const projectFile = join(folder, "project", "codo.config.json");
    await writeFile(
      projectFile,
      '{ "defaultModel": "b", "options": { "temperature": 0.3 }, "models": { "B": { "temperature": 0.5 } } }',
    );
    expect(await config.loadConfig()).toBe(true);
    expect(config.config).toMatchObject({ serverPort: 2, defaultModel: "b", options: { temperature: 0.4, topK: 1 } });
    expect(await config.explain("serverPort")).toMatchObject({
      value: 2,
      layer: "environment",
      source: "CODO_SERVER_PORT",
      isSet: true,
      hidden: [
        { layer: "user", value: 1 },
        { layer: "defaults", value: 11434 },
      ],
    });
    const explained = await config.explain("temperature", {
      model: "b:latest",
      preset: "fast",
      overrides: { temperature: 0.6 },
    });
    expect([explained, ...explained.hidden].map(({ layer, value }) => [layer, value])).toEqual([
      ["call", 0.6],
      ["preset", 0.1],
      ["model", 0.5],
      ["environment", 0.4],
      ["project", 0.3],
      ["user", 0.2],
      ["defaults", 0.7],
    ]);
    expect(await config.explain("seed")).toMatchObject({ value: undefined, isSet: false });
    await expect(config.explain("serverprot")).rejects.toThrow("serverPort");
  });

  it("does not let a project's file name a program to run or a key", async () => {
    const env = { XDG_CONFIG_HOME: join(folder, "xdg") };
    await writeFile(
      join(folder, "codo.config.json"),
      '{ "ollamaBinary": "./evil", "apiKey": "x", "serverHost": "evil.example" }',
    );
    const config = new ConfigManager(undefined, { env, cwd: folder });
    await config.updateConfig({ apiKey: "mine" });
    expect(config.config).toMatchObject({ ollamaBinary: "ollama", apiKey: "mine" });
    expect((await config.validateConfig()).warnings.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["ollamaBinary", "apiKey"]),
    );
    expect(await config.serverAddress()).toMatchObject({ host: "localhost:11434", apiKey: "mine" });
    const trusting = new ConfigManager(undefined, { env, cwd: folder, trustProject: true });
    const address = await trusting.serverAddress();
    expect(address).toMatchObject({ host: "evil.example:11434", explicit: true });
    expect(address).not.toHaveProperty("apiKey");
  });

  it("takes ~ in paths for the home folder, and leaves it in the file as it was written", async () => {
    const env = { HOME: join(folder, "home"), XDG_CONFIG_HOME: join(folder, "xdg") };
    const config = new ConfigManager(undefined, { env, cwd: folder });
    await config.updateConfig({ outputDirectory: "~/ollama out", ollamaBinary: "~/bin/ollama" });
    await config.load();
    expect(config.config).toMatchObject({
      outputDirectory: join(folder, "home", "ollama out"),
      ollamaBinary: join(folder, "home", "bin", "ollama"),
    });
    config.config.defaultModel = "x";
    expect(await config.saveConfig()).toBe(true);
    expect(await readFile(config.configFile, "utf8")).toContain('"~/ollama out"');
    const named = new ConfigManager("~/named.json", { env: { ...env, CODO_OUTPUT_DIRECTORY: "~" }, cwd: folder });
    expect(named.configFile).toBe(join(folder, "home", "named.json"));
    expect((await named.load()).outputDirectory).toBe(join(folder, "home"));
    const other = new ConfigManager(undefined, { env: { ...env, CODO_OUTPUT_DIRECTORY: "~else/x" }, cwd: folder });
    expect((await other.load()).outputDirectory).toBe("~else/x");
  });

  it("takes relative paths of a project from its folder, and leaves them in its file as they were written", async () => {
    const env = { HOME: join(folder, "home"), XDG_CONFIG_HOME: join(folder, "xdg") };
    const below = join(folder, "project", "src", "deep");
    await mkdir(below, { recursive: true });
    const file = join(folder, "project", "codo.config.json");
    await writeFile(file, '{ "outputDirectory": "./.out", "ollamaBinary": "ollama-next" }');
    const config = new ConfigManager(null, { env, cwd: below, trustProject: true });
    await config.load();
    const outputDirectory = join(folder, "project", ".out");
    // A name without a folder is looked up on the PATH.
    expect(config.config).toMatchObject({ outputDirectory, ollamaBinary: "ollama-next" });
    expect(await config.explain("outputDirectory")).toMatchObject({ value: outputDirectory, source: file });
    await config.set("defaultModel", "x", { target: "project" });
    expect(await readFile(file, "utf8")).toContain('"./.out"');
  });

  it("reports a variable with a bad value and one that is misspelt", async () => {
    const config = manager({ env: { CODO_SERVER_PORT: "x", CODO_DEFAULT_MODLE: "a", CODO_ELSE: "1" } });
    expect(await config.loadConfig()).toBe(false);
    const { errors, warnings } = await config.validateConfig();
    expect(errors).toMatchObject([{ path: "CODO_SERVER_PORT" }]);
    expect(warnings).toContainEqual(expect.objectContaining({ suggestion: "CODO_DEFAULT_MODEL" }));
    expect(JSON.stringify(warnings)).not.toContain("CODO_ELSE");
  });
});

describe("resolveExecutionOptions", () => {
  it("holds only what some layer above the defaults set", async () => {
    const config = manager();
    expect(await config.resolveExecutionOptions("any")).toEqual({});
    expect(await config.resolveExecutionOptions("any", "fast")).toEqual({
      temperature: 0.1,
      topP: 0.5,
      numPredict: 512,
    });
    expect(await config.resolveExecutionOptions("any", null, createExecutionOptions({ seed: 1 }))).toMatchObject({
      numPredict: 128,
      seed: 1,
    });
  });

  it("finds a model's settings as Ollama compares names, and null takes a value off", async () => {
    const config = manager();
    await config.updateConfig({ options: { seed: 3, topK: 9 } });
    expect(
      await config.saveModelConfig("Llama3.2", { num_ctx: 8192, seed: null, system: "Be brief.", keepAlive: "5m" }),
    ).toBe(true);
    expect(await config.getModelConfig("llama3.2:latest")).toEqual({
      numCtx: 8192,
      system: "Be brief.",
      keepAlive: "5m",
    });
    expect(await config.getModelConfig("other")).toBeNull();
    expect(await config.resolveExecutionOptions("llama3.2")).toEqual({ topK: 9, numCtx: 8192 });
    expect(await config.resolveRun("llama3.2")).toMatchObject({ system: "Be brief.", keepAlive: "5m" });
    expect(await config.saveModelConfig("llama3.2:latest", { seed: 1 })).toBe(true);
    expect(Object.keys(config.config.models ?? {})).toEqual(["Llama3.2"]);
    expect(await config.saveModelConfig("x", { temperature: -1 })).toBe(false);
  });

  it("knows the five presets and the user's own", async () => {
    const config = manager();
    await config.updateConfig({ presets: { mine: { temperature: 0 }, fast: { topK: 1 } } });
    const presets = await config.getExecutionPresets();
    expect(Object.keys(presets)).toEqual(["fast", "creative", "balanced", "precise", "long_form", "mine"]);
    expect(presets.fast).toEqual({ topK: 1 });
    await expect(config.resolveExecutionOptions("x", "creativ")).rejects.toThrow('Did you mean "creative"?');
  });

  it.each([
    [
      '{ // first\n  "options": {}, // o\n  "presets": {} // p\n}',
      "options",
      '{ // first // o\n  "presets": {} // p\n}',
    ],
    [
      '{ // first\n  "options": {}, // o\n  "presets": {} // p\n}',
      "presets",
      '{ // first\n  "options": {} // o // p\n}',
    ],
    [
      '{\r\n  "options": {} /* , */ ,\r\n  /* p */ "presets": {},\r\n}',
      "presets",
      '{\r\n  "options": {} /* , */ ,\r\n  /* p */ \r\n}',
    ],
    ['{"options":{},"presets":{}}', "presets", '{"options":{}}'],
    ['{"options":{},"presets":{}}', "options", '{"presets":{}}'],
    ['{"presets":{}}', "presets", "{}"],
  ])("loses no comment of %j when %s is removed", async (text, key, expected) => {
    await writeFile(file, text);
    expect(await manager().unset(key)).toBe(true);
    expect(await textOf(file)).toBe(expected);
  });

  it("makes, changes and removes presets, and keeps the comments beside what stays", async () => {
    await writeFile(
      file,
      '{\n  "presets": {\n    // for letters\n    "letters": {\n      "topP": 0.9, // as they were\n      "seed": 1\n    },\n    "longForm": {}\n  }\n}\n',
    );
    const config = manager();
    await config.savePreset("letters", { topP: 0.9, numPredict: 64 });
    const text = await textOf(file);
    expect(text).toContain("// for letters");
    expect(text).toContain('"topP": 0.9, // as they were');
    expect(text).not.toContain("seed");
    await config.savePreset("letters", { topP: 0.9 });
    // Of what stood last nothing is left, and what was said of the line before stays there.
    expect(await textOf(file)).toContain('"topP": 0.9 // as they were\n    }');
    await config.savePreset("letters", { topP: 0.9, numPredict: 64 });
    expect(await textOf(file)).toContain('"topP": 0.9, // as they were\n      "numPredict": 64\n    }');
    await config.savePreset("letters", { topP: 0.9, numPredict: 64 });
    expect((await config.getExecutionPresets()).letters).toEqual({ topP: 0.9, numPredict: 64 });
    await config.savePreset("a.topP", { seed: 2 });
    await config.savePreset("long_form", { numPredict: 9 });
    const own = (await config.listPresets()).filter((one) => one.own !== undefined);
    expect(own.map(({ name, isBuiltIn, files }) => [name, isBuiltIn, files])).toEqual([
      ["long_form", true, [file]],
      ["letters", false, [file]],
      ["longForm", false, [file]],
      ["a.topP", false, [file]],
    ]);
    expect(await config.removePreset("longForm")).toBe(true);
    expect(await config.removePreset("longForm")).toBe(false);
    expect(await config.removePreset("a.topP")).toBe(true);
    expect((await config.getExecutionPresets()).long_form).toEqual({ numPredict: 9 });
    expect(await config.removePreset("long_form")).toBe(true);
    expect((await config.getExecutionPresets()).long_form).toMatchObject({ numPredict: 4096 });
  });

  it("changes nothing where a preset is wrong, and says all that is", async () => {
    const config = manager();
    await config.savePreset("mine", { seed: 1 });
    const before = await textOf(file);
    await expect(config.savePreset("mine", { temperature: "hot", topp: 1 } as never)).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      message: expect.stringMatching(/presets\.mine\.temperature.*\n.*topP/),
    });
    for (const name of ["", " x", "__proto__", "a\nb", "x".repeat(65)]) {
      await expect(config.savePreset(name, {})).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    }
    expect(await textOf(file)).toBe(before);
  });
});

describe("validateConfig", () => {
  it("tells all problems at once with path, place and nearest key", async () => {
    await writeFile(
      file,
      '{\n  "serverPort": 0,\n  "defualtModel": "x",\n  "future": 1,\n  "models": { "a": { "tempurature": 1, "mirostat": 2, "num_ctx": "big" } }\n}',
    );
    const { valid, errors, warnings } = await manager().validateConfig();
    expect(valid).toBe(false);
    expect(errors).toEqual([
      expect.objectContaining({ path: "serverPort", line: 2, column: 3, file }),
      expect.objectContaining({ path: "defualtModel", suggestion: "defaultModel", line: 3 }),
      expect.objectContaining({ path: "models.a.tempurature", suggestion: "temperature", line: 5 }),
      expect.objectContaining({ path: "models.a.num_ctx", line: 5 }),
    ]);
    expect(warnings.map(({ path }) => path)).toEqual(expect.arrayContaining(["future", "models.a.mirostat"]));
  });

  it("warns about what the probe knows, and is silent about what it does not", async () => {
    const config = manager();
    await config.updateConfig({
      defaultModel: "gone",
      ollamaBinary: "/nowhere/ollama",
      models: { here: { numCtx: 9000 } },
    });
    const warnings = async (probe: Parameters<ConfigManager["validateConfig"]>[0]) =>
      (await config.validateConfig(probe)).warnings.map(({ path }) => path).sort();
    expect(await warnings({})).toEqual(["ollamaBinary"]);
    expect(await warnings({ listModels: () => Promise.reject(new Error("down")) })).toEqual(["ollamaBinary"]);
    const facts = { listModels: async () => ["here:latest"], contextLength: async () => 8192 };
    expect(await warnings(facts)).toEqual(["defaultModel", "models.here.numCtx", "ollamaBinary"]);
    expect((await config.validateConfig(facts)).valid).toBe(true);
  });
});

describe("export, import and reset", () => {
  it("shows an import before it is done, and does all of it or nothing", async () => {
    const config = manager();
    await config.updateConfig({ defaultModel: "a", models: { A: { topK: 1 } } });
    const portable = join(folder, "portable.json");
    await writeFile(portable, '{ "defaultModel": "b", "models": { "a:latest": { "topK": 2 } } }');
    const before = await textOf(file);
    const preview = await config.import(portable, { dryRun: true });
    expect(preview.changes).toEqual([
      { path: ["defaultModel"], before: "a", after: "b" },
      { path: ["models", "A", "topK"], before: 1, after: 2 },
    ]);
    expect(await textOf(file)).toBe(before);
    expect(await config.importConfig(portable)).toBe(true);
    expect(config.config).toMatchObject({ defaultModel: "b", models: { A: { topK: 2 } } });
    await writeFile(portable, '{ "defaultModel": "c", "serverPort": -1 }');
    expect(await config.importConfig(portable)).toBe(false);
    expect(config.config.defaultModel).toBe("b");
  });

  it("takes over an export of the Python module", async () => {
    const portable = join(folder, "python.json");
    const preset = { top_k: 40, repeat_penalty: 1.1, stream: false, format: null, system_prompt: null };
    await writeFile(
      portable,
      JSON.stringify({
        export_timestamp: "2025-12-01T10:00:00",
        main_config: {
          ollama_binary: "ollama",
          server_port: 12345,
          base_output_dir: "./out",
          save_all_outputs: false,
          auto_cleanup_days: 7,
          preferred_models: ["x"],
          default_options: { temperature: 0.5, max_tokens: 99, context_window: 4096, system_prompt: "Hi." },
          saved_at: "2025-12-01",
          config_version: "1.0",
        },
        execution_presets: {
          fast: { temperature: 0.1, top_p: 0.5, max_tokens: 512, timeout: 60, ...preset },
          mine: { temperature: 0.2, max_tokens: 10, timeout: 30 },
        },
        model_configs: { llama: { model_name: "llama3.1:latest", created_at: "x", configuration: { top_p: 0.3 } } },
      }),
    );
    const config = manager();
    const { ignored } = await config.import(portable);
    expect(ignored.map(({ path }) => path)).toEqual(["preferred_models", "execution_presets.fast"]);
    expect(config.config).toMatchObject({
      serverPort: 12345,
      outputDirectory: "./out",
      saveOutputs: false,
      retentionDays: 7,
      options: { temperature: 0.5, numPredict: 99, numCtx: 4096, system: "Hi." },
      presets: { mine: { temperature: 0.2, numPredict: 10, timeout: 30 } },
      models: { "llama3.1:latest": { topP: 0.3 } },
    });
  });

  it("resets with a backup, also a broken file", async () => {
    await writeFile(file, "{ broken");
    const config = manager();
    const { backupFile } = await config.reset();
    expect(await textOf(backupFile ?? "")).toBe("{ broken");
    expect(await config.loadConfig()).toBe(true);
    expect(await config.resetToDefaults()).toBe(true);
  });

  it("says what to do when the file cannot be written", async () => {
    const config = new ConfigManager(join(folder, "file.json", "config.json"), { env: {}, cwd: folder });
    await writeFile(join(folder, "file.json"), "{}");
    expect(await config.updateConfig({ defaultModel: "a" })).toBe(false);
    expect(config.lastError).toMatchObject({ code: "STORAGE_FAILED" });
  });
});

describe("serverAddress", () => {
  const cases: [env: Record<string, string>, host: string, explicit: boolean][] = [
    [{}, "localhost:11434", false],
    [{ OLLAMA_HOST: "127.0.0.1:9999" }, "127.0.0.1:9999", true],
    [{ OLLAMA_HOST: '"0.0.0.0"' }, "127.0.0.1:11434", true],
    [{ OLLAMA_HOST: "http://box" }, "box:80", true],
    [{ OLLAMA_HOST: "https://box.example/ollama" }, "https://box.example/ollama", true],
    [{ OLLAMA_HOST: "::1" }, "[::1]:11434", true],
    [{ OLLAMA_HOST: ":1234" }, "127.0.0.1:1234", true],
    [{ OLLAMA_HOST: "box:8080/path" }, "http://box:8080/path", true],
    [{ OLLAMA_HOST: "https://me:pw@box.example" }, "https://me:pw@box.example", true],
    [{ OLLAMA_HOST: "unix:///run/o.sock" }, "unix:///run/o.sock", true],
    [{ OLLAMA_HOST: "a:1", CODO_SERVER_PORT: "2" }, "a:2", true],
  ];
  it.each(cases)("reads %j", async (env, host, explicit) => {
    expect(await manager({ env }).serverAddress()).toMatchObject({ host, explicit });
  });
});

describe("large and deep files", () => {
  it("reads and changes one line with 3000 models in one pass, and keeps it one line", async () => {
    const models = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`model-${index}`, { topP: 0.5 }]));
    await writeFile(file, JSON.stringify({ models }));
    expect(await manager().updateConfig({ defaultModel: "tiny" })).toBe(true);
    const text = await textOf(file);
    expect(text.split("\n")).toHaveLength(1);
    expect(JSON.parse(text)).toEqual({ models, defaultModel: "tiny" });
  });

  it("says where a file is nested too deep", async () => {
    await writeFile(file, `{"models":${'{"a":'.repeat(50_000)}1${"}".repeat(50_001)}`);
    const config = manager();
    expect(await config.loadConfig()).toBe(false);
    expect(config.lastError).toMatchObject({ code: "INVALID_CONFIG" });
    expect(String(config.lastError?.message)).toContain("nested deeper than 200 levels");
  });
});

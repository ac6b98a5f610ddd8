import { chmod, mkdir, mkdtemp, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ConfigManager, type ConfigManagerOptions } from "../manager/config-manager.js";
import { TOP_LEVEL_KEYS } from "../schema/config-schema.js";
import { isDeciding } from "./deciding-settings.js";
import { readProjectConsent } from "./project-consent.js";
import { ProjectTrust } from "./project-trust.js";

let folder: string;
let project: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-trust-"));
  project = join(folder, "repo");
  await mkdir(project);
  env = { XDG_CONFIG_HOME: join(folder, "config"), CODO_STATE_DIR: join(folder, "state") };
});

const file = () => join(project, "codo.config.json");
const ship = async (settings: object) => await writeFile(file(), JSON.stringify(settings));
const manager = (options: ConfigManagerOptions = {}) => new ConfigManager(undefined, { env, cwd: project, ...options });

async function load(options: ConfigManagerOptions = {}): Promise<ConfigManager> {
  const config = manager(options);
  await config.load();
  return config;
}

async function consent(): Promise<void> {
  const asked = await readProjectConsent(file());
  if (asked === undefined) throw new Error("There is no project.");
  await new ProjectTrust(env).add(asked);
}

const DECIDING = {
  serverHost: "elsewhere.example",
  serverPort: 9999,
  outputDirectory: "./.out",
  ollamaBinary: "./bin/ollama",
  retentionDays: 0,
  saveOutputs: false,
};

describe("a project's settings", () => {
  it("that decide where data goes do not count without consent, and the others do", async () => {
    await ship({ ...DECIDING, defaultModel: "theirs", options: { temperature: 0.1 } });
    const config = await load();
    expect(config.config).toMatchObject({
      serverHost: "localhost",
      serverPort: 11434,
      outputDirectory: "./ollama_outputs",
      ollamaBinary: "ollama",
      saveOutputs: true,
      defaultModel: "theirs",
      options: { temperature: 0.1 },
    });
    expect(config.config.retentionDays).toBeUndefined();
    expect(config.withheld).toEqual({ file: file(), folder: project, keys: Object.keys(DECIDING) });
    const { warnings } = await config.validateConfig();
    expect(warnings.filter(({ message }) => message.includes("codo trust")).map(({ path }) => path)).toEqual(
      Object.keys(DECIDING),
    );
  });

  it("count once the user has consented, for this folder and this content", async () => {
    await ship(DECIDING);
    await consent();
    expect((await load()).config).toMatchObject({
      ...DECIDING,
      // Paths of a project are meant from its folder.
      outputDirectory: join(dirname(file()), ".out"),
      ollamaBinary: join(dirname(file()), "bin", "ollama"),
    });
    // The order, comments and what needs no consent may change.
    await writeFile(file(), `// ours\n${JSON.stringify({ topic: 1, ...DECIDING, defaultModel: "x" })}`);
    expect((await load()).withheld).toBeUndefined();
    await ship({ ...DECIDING, serverPort: 9998 });
    expect((await load()).withheld?.keys).toEqual(Object.keys(DECIDING));
    await ship(DECIDING);
    await rename(project, join(folder, "moved"));
    project = join(folder, "moved");
    expect((await load()).withheld?.keys).toEqual(Object.keys(DECIDING));
  });

  it("are trusted by the folder's real path", async () => {
    await ship(DECIDING);
    await consent();
    await symlink(project, join(folder, "link"));
    project = join(folder, "link");
    expect((await load()).withheld).toBeUndefined();
  });

  const ways: [options: ConfigManagerOptions, variables: Record<string, string>, counts: boolean][] = [
    [{ trustProject: true }, {}, true],
    [{}, { CODO_TRUST_PROJECT: "1" }, true],
    [{ trustProject: false }, { CODO_TRUST_PROJECT: "1" }, false],
    [{}, { CODO_TRUST_PROJECT: "0" }, false],
    [{}, { CODO_TRUST_PROJECT: "maybe" }, false],
  ];
  it.each(ways)("with %j and %j", async (options, variables, counts) => {
    await ship(DECIDING);
    Object.assign(env, variables);
    expect((await load(options)).withheld === undefined).toBe(counts);
    await consent();
    const isRefused = options.trustProject === false || env.CODO_TRUST_PROJECT === "0";
    expect((await load(options)).withheld === undefined).toBe(!isRefused);
  });

  it("that are new need consent until somebody says that they do not", () => {
    const free = TOP_LEVEL_KEYS.filter((key) => !isDeciding(key, "x"));
    expect(free.toSorted()).toEqual(
      [
        ["$schema", "autoStartServer", "cacheTtl", "defaultModel", "enableCaching", "maxRetries"],
        ["models", "options", "presets", "requestTimeout", "retryDelay"],
      ].flat(),
    );
    expect(isDeciding("defaultModel", "gpt-oss:120b-cloud")).toBe(true);
  });
});

describe("the user's key", () => {
  const KEYS: [who: string, config: Record<string, unknown>, variables: Record<string, string>][] = [
    ["apiKey of the user's file", { apiKey: "secret" }, {}],
    ["CODO_API_KEY", {}, { CODO_API_KEY: "secret" }],
  ];
  const PLACES: [what: string, settings: object][] = [
    ["a host", { serverHost: "elsewhere.example" }],
    ["a port", { serverPort: 9999 }],
  ];
  for (const [who, own, variables] of KEYS) {
    it.each(PLACES)(`${who} does not go to %s of a project, trusted or not`, async (_what, settings) => {
      Object.assign(env, variables);
      await manager().updateConfig(own);
      expect(await (await load()).serverAddress()).toMatchObject({ host: "localhost:11434", apiKey: "secret" });
      await ship(settings);
      await consent();
      const address = await (await load()).serverAddress();
      expect(address.host).not.toBe("localhost:11434");
      expect(address.apiKey).toBeUndefined();
      Object.assign(env, { OLLAMA_HOST: "mine.example:1", CODO_API_KEY: "secret" });
      expect(await (await load()).serverAddress()).toMatchObject({ host: "mine.example:1", apiKey: "secret" });
    });
  }

  it("goes to the user's own host where the project names the same", async () => {
    await manager().updateConfig({ apiKey: "secret", serverHost: "ours.example" });
    await ship({ serverHost: "ours.example" });
    await consent();
    expect(await (await load()).serverAddress()).toMatchObject({ host: "ours.example:11434", apiKey: "secret" });
  });

  it("in the host itself does not go to a port of a project", async () => {
    await manager().updateConfig({ serverHost: "http://me:pw@ours.example" });
    await ship({ serverPort: 9999 });
    await consent();
    expect((await (await load()).serverAddress()).host).toBe("http://ours.example:9999");
  });
});

describe("consents", () => {
  it("are listed, replaced and taken back, in a file for the user alone", async () => {
    const trust = new ProjectTrust(env);
    await ship({ serverPort: 1 });
    await consent();
    await ship({ serverPort: 2, outputDirectory: "x" });
    await consent();
    expect(await trust.list()).toMatchObject([{ folder: project, settings: ["serverPort", "outputDirectory"] }]);
    expect((await stat(trust.file)).mode & 0o777).toBe(0o600);
    expect(await trust.remove(project)).toBe(true);
    expect(await trust.remove(project)).toBe(false);
    expect(await trust.list()).toEqual([]);
    expect((await load()).withheld?.keys).toEqual(["serverPort", "outputDirectory"]);
  });

  it("that cannot be read are none, and a damaged file is not written over", async () => {
    const trust = new ProjectTrust(env);
    await ship({ serverPort: 1 });
    await consent();
    await chmod(trust.file, 0o600);
    await writeFile(trust.file, '{"schemaVersion":1,"projects":[{"folder":');
    expect((await load()).withheld?.keys).toEqual(["serverPort"]);
    await expect(consent()).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("damaged"),
    });
    expect(await readFile(trust.file, "utf8")).toContain('"folder":');
  });
});

import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalModelName } from "@codo/ollama-contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigManager, type ConfigSettings, formatSettingPath, parseSettingPath } from "../src/index.js";
import { mergeSettings } from "../src/layers/merge-settings.js";
import { JsoncDocument } from "../src/storage/jsonc-document.js";

const runSettings = fc.record(
  {
    temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true, noDefaultInfinity: true })),
    numCtx: fc.integer({ min: 1, max: 99_999 }),
    stop: fc.array(fc.string()),
    system: fc.string(),
    keepAlive: fc.constantFrom("5m", -1, 0),
  },
  { requiredKeys: [] },
);
const modelName = fc.constantFrom("llama3.2", "Llama3.2:latest", "qwen3:0.6b", "hf.co/a/b:Q4", "library/llama3.2");
const settings: fc.Arbitrary<ConfigSettings> = fc.record(
  {
    defaultModel: fc.string({ minLength: 1 }),
    serverPort: fc.integer({ min: 1, max: 65_535 }),
    enableCaching: fc.boolean(),
    options: runSettings,
    presets: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), runSettings, { maxKeys: 3 }),
    models: fc
      .uniqueArray(fc.tuple(modelName, runSettings), { selector: ([name]) => canonicalModelName(name) })
      .map((entries) => Object.fromEntries(entries)),
    zz_unknown_thing: fc.jsonValue(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ConfigSettings>;

async function freshManager(name: string): Promise<ConfigManager> {
  const folder = await mkdtemp(join(tmpdir(), "codo-laws-"));
  return new ConfigManager(join(folder, name), { env: {}, cwd: folder });
}

describe("merging layers", () => {
  it("is associative, with the empty layer as identity, and idempotent", () => {
    fc.assert(
      fc.property(settings, settings, settings, (a, b, c) => {
        expect(mergeSettings(mergeSettings(a, b), c)).toEqual(mergeSettings(a, mergeSettings(b, c)));
        expect(mergeSettings({}, a)).toEqual(mergeSettings(a, {}));
        expect(mergeSettings(a, a)).toEqual(mergeSettings(a, {}));
      }),
    );
  });

  it("takes every plain value from the highest layer that has it", () => {
    fc.assert(
      fc.property(fc.array(settings, { minLength: 1, maxLength: 5 }), (layers) => {
        const merged = layers.reduce(mergeSettings, {});
        for (const key of ["defaultModel", "serverPort", "enableCaching"] as const) {
          expect(merged[key]).toBe(layers.findLast((layer) => layer[key] !== undefined)?.[key]);
        }
      }),
    );
  });
});

describe("setting keys", () => {
  it("survive being written and read", () => {
    fc.assert(
      fc.property(modelName, fc.constantFrom("numCtx", "topP", "system"), (model, field) => {
        const path = ["models", model, field];
        expect(parseSettingPath(formatSettingPath(path))).toEqual(path);
      }),
    );
  });
});

describe("a file", () => {
  it("gives back what was exported when it is imported elsewhere", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (content) => {
        const [from, to] = [await freshManager("from.json"), await freshManager("to.json")];
        await writeFile(from.configFile, JSON.stringify(content));
        const portable = `${from.configFile}.export`;
        expect(await from.exportConfig(portable), from.lastError?.message).toBe(true);
        expect(await to.importConfig(portable), to.lastError?.message).toBe(true);
        const { $schema, ...imported } = JSON.parse(await readFile(to.configFile, "utf8"));
        expect(imported).toEqual(JSON.parse(JSON.stringify(content)));
      }),
      { numRuns: 40 },
    );
  });

  it("keeps its comments and unknown keys whatever is changed", () => {
    fc.assert(
      fc.property(settings, settings, fc.constantFrom("\n", "\r\n"), (before, after, eol) => {
        const lines = JSON.stringify({ ...before, unknown: { kept: [1] } }, null, 2).split("\n");
        const text = lines.map((line, index) => (index === 0 ? `${line} // top` : line)).join(eol);
        const document = new JsoncDocument(`/* head */${eol}${text}${eol}// tail`, "test");
        const changes = Object.entries(after).map(([key, value]) => ({ path: [key], value }));
        const edited = document.edit(changes);
        for (const comment of ["/* head */", "// top", "// tail"]) expect(edited).toContain(comment);
        expect(new JsoncDocument(edited, "test").settings).toEqual(
          JSON.parse(JSON.stringify({ ...before, unknown: { kept: [1] }, ...after })),
        );
      }),
    );
  });
});

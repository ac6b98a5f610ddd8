import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { describe, expect, it } from "vitest";
import { CONFIG_SCHEMA_URL, configSettingsSchema, runSettingEntries, scalarEntries } from "../src/index.js";

/** The one custom schema: what JSON can say of an output format. */
const FORMAT_SCHEMA: JsonSchema = { anyOf: [{ enum: ["text", "json"] }, { type: "object" }] };

describe("the published JSON Schema", () => {
  it("is the valibot schema as it is now (`vitest -u` brings it up to date)", async () => {
    const schema = toJsonSchema(configSettingsSchema as Parameters<typeof toJsonSchema>[0], {
      target: "draft-07",
      overrideSchema: ({ valibotSchema, jsonSchema }) =>
        valibotSchema.type === "custom" ? { ...FORMAT_SCHEMA, ...jsonSchema } : undefined,
      ignoreActions: ["metadata"],
      errorMode: "ignore",
    });
    const document = { $id: CONFIG_SCHEMA_URL, title: "Configuration of codo", ...schema };
    expect(Object.keys(document.properties ?? {})).toEqual(
      expect.arrayContaining([...Object.keys(scalarEntries), "options", "presets", "models"]),
    );
    const options = document.properties?.options as { properties: Record<string, { description?: string }> };
    expect(Object.keys(options.properties)).toEqual(Object.keys(runSettingEntries));
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot("../schema/codo-config.schema.json");
  });
});

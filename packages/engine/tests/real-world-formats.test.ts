import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { Ollama } from "ollama";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

interface RealWorldCase {
  name: string;
  prompt: string;
  schema: object;
}

const CASES: RealWorldCase[] = JSON.parse(
  readFileSync(new URL("./fixtures/real-world-schemas.json", import.meta.url), "utf8"),
);
/** `pnpm chaos:format` asks with 200. */
const SEEDS = [1, 2];

describe("format with real-world schemas, at temperature 1", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await startEngine();
  });

  afterAll(() => engine.stop());

  it.each(CASES)("$name", { timeout: 120_000 }, async ({ prompt, schema }) => {
    const validator = new Ajv2020({ strict: false, multipleOfPrecision: 2 });
    ajvFormats.default(validator);
    const validate = validator.compile(schema);
    const ollama = new Ollama({ host: engine.url });
    for (const seed of SEEDS) {
      const options = { temperature: 1, seed, num_ctx: 512 };
      const answer = await ollama.generate({ model: "codo-tiny", prompt, format: schema, think: false, options });
      expect(answer.done_reason).toBe("stop");
      expect(validate(JSON.parse(String(answer.response))), answer.response).toBe(true);
    }
  });
});

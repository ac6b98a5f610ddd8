import { startTestServer } from "@codo/test-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

const SLOW = 60_000;

/** Lists of models as servers send them that only look like Ollama, and the name that is there. */
const LISTS: readonly (readonly [what: string, models: unknown, name?: string])[] = [
  ["null", null],
  ["no list", undefined],
  ["names alone", [{ name: "m:latest" }], "m:latest"],
  ["the other name alone", [{ model: "m:latest", size: 5 }], "m:latest"],
  [
    "empty texts, as llama-server",
    [{ name: "m", model: "m", modified_at: "", size: "", digest: "", details: { family: "", families: [""] } }],
    "m",
  ],
  [
    "null for what is not known",
    [{ name: "m:latest", size: 5, details: { families: null, family: "llama", parameter_size: null } }],
    "m:latest",
  ],
];

let models: unknown;
let home: CliHome;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = await startTestServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/api/version" ? { version: "0.33.0" } : { models }));
  });
  stop = server.stop;
  home = await createHome(server.url);
});
afterAll(async () => await stop?.());

describe.each(LISTS)("a list that is odd: %s", (_what, sent, name) => {
  it.each([["models list"], ["models ps"], ["models stats"], ["doctor"]])(
    "codo %s says what there is",
    { timeout: SLOW },
    async (line) => {
      models = sent;
      const { stdout, stderr, status } = await home.codo(line.split(" "));
      expect(stdout + stderr).not.toMatch(/TypeError|\b(?:undefined|NaN|null)\b/);
      if (line !== "doctor") expect(status, stderr).toBe(0);
      const says = name === undefined ? /No model|0 models|^NAME +ID/m : /\bm\b|1 model, /;
      expect(stdout + stderr).toMatch(says);
    },
  );
});

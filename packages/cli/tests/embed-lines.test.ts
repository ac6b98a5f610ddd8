import { startTestServer } from "@codo/test-utils";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";
import { answersAboutModel } from "./support/one-model.js";

let home: CliHome;
let stop: () => Promise<void>;

/** What the server answers for these texts in place of their vectors. */
const ODD: Readonly<Record<string, (vectors: number[][]) => unknown>> = {
  bad: () => ({ error: "failed to encode response: json: unsupported value: NaN" }),
  null: (vectors) => ({ embeddings: [[null, 1], ...vectors.slice(1)] }),
  empty: (vectors) => ({ embeddings: [[], ...vectors.slice(1)] }),
  fewer: (vectors) => ({ embeddings: vectors.slice(1) }),
};

beforeAll(async () => {
  const server = await startTestServer(async (request, response) => {
    if (answersAboutModel(request, response, { name: "small:latest", capabilities: ["embedding"] })) return;
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { input, model } = JSON.parse(body) as { input: string[]; model: string };
    const vectors = input.map((text) => [text.length, 1]);
    const odd = input.find((text) => Object.hasOwn(ODD, text));
    const answer = odd === undefined ? { embeddings: vectors } : ODD[odd]?.(vectors);
    response.statusCode = odd === "bad" ? 500 : 200;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ model, ...(answer as object) }));
  });
  stop = server.stop;
  home = await createHome(server.url);
});
afterAll(async () => await stop?.());

it.each([
  ["bad", "unsupported value: NaN"],
  ["null", "something in it that is no number"],
  ["empty", "is empty or no list"],
  ["fewer", "0 vectors for 1 texts"],
])("a text that fails (%s) costs its own vector, and is named once by its line", async (text, why) => {
  const { stdout, stderr, status } = await home.codo(["embed", "-m", "small", "--lines"], {
    stdin: `good\n\n${text}\nalso\n`,
  });
  expect(stdout.trimEnd().split("\n"), stderr).toEqual(["[4,1]", "null", "null", "[4,1]"]);
  const [line, ...others] = stderr.split("\n").filter((said) => said.includes("failed: "));
  expect(line).toContain(why);
  expect(line).toMatch(/^Note: Text 3 failed: (?!Text)/);
  expect([others, status]).toEqual([[], 1]);
});

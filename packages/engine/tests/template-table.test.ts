import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../src/models/capabilities.js";
import { MODEL_FAMILIES, modelFamilyOf } from "../src/parsers/model-families.js";
import type { LocalModel } from "../src/store/local-model.js";
import { TemplateLibrary, templateInUse } from "../src/templates/template-library.js";
import { callRoundTrip } from "./call-round-trip.js";
import { FAMILY_SAMPLES, type FamilySample } from "./family-samples.js";
import { MODEL_SAMPLES } from "./model-samples.js";
import { parseSample } from "./parse-sample.js";
import { type RecordedCase, recordedModels, unrecordedModels, withoutBos } from "./recorded-renders.js";
import { shippedTemplates } from "./shipped-templates.js";

const recorded = recordedModels();
const unrecorded = unrecordedModels();
const shipped = shippedTemplates();
const library = new TemplateLibrary();

interface Row {
  name: string;
  language: string;
  equal: string;
  different: string;
  capabilities: string;
  family: string;
  call: string;
}

function rowOf(name: string, model: LocalModel, cases: readonly RecordedCase[]): Row {
  const language = templateInUse(model);
  const answered = cases.filter(({ status }) => status === 200);
  const equal = answered.filter(({ text, render }) => withoutBos(render()) === withoutBos(text)).length;
  const template = (language === "go" ? model.template : model.facts.chatTemplate) ?? "";
  const capabilities = capabilitiesOf(model);
  return {
    name: name.replace(/^library\/|\.jinja$/g, ""),
    language,
    equal: cases.length === 0 ? rendered(model) : `${equal} of ${answered.length}`,
    different: [...new Set(answered.map(({ difference = "" }) => difference))].filter(Boolean).join("; "),
    capabilities: capabilities.filter((capability) => capability !== "completion").join(", "),
    family: modelFamilyOf({ template })?.name ?? (capabilities.includes("tools") ? "by its marker" : ""),
    call: capabilities.includes("tools") ? roundTrip(model) : "",
  };
}

function roundTrip(model: LocalModel): string {
  try {
    return callRoundTrip(model);
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : error}`;
  }
}

/** Whether a model that nothing was recorded of renders at all. */
function rendered(model: LocalModel): string {
  try {
    const text = library.forChat(model).render({ messages: [{ role: "user", content: "c0d0" }] });
    return text.includes("c0d0") ? "renders, nothing recorded" : "loses the question";
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : error}`;
  }
}

function table(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["template", "language", "cases equal", "different because", "can", "calls in the way of", "its own call"]),
    line(["---", "---", "---", "---", "---", "---", "---"]),
    ...rows.map(({ name, language, equal, different, capabilities, family, call }) =>
      line([name, language, equal, different, capabilities, family, call]),
    ),
  ].join("\n");
}

/** What becomes of the samples of each family, and of each model that a family is not named after. */
function sampleTable(): string {
  const families = MODEL_FAMILIES.map(({ name }) =>
    sampleRow(
      name,
      FAMILY_SAMPLES.filter(({ family }) => family === name),
    ),
  );
  const models = [...new Set(MODEL_SAMPLES.map(({ model }) => model))].map((name) => {
    const samples = MODEL_SAMPLES.filter(({ model }) => model === name);
    return sampleRow(`${name}, in the way of ${samples[0]?.family}`, samples);
  });
  return [
    "| family | samples | calls in them | lost | shown as text |",
    "| --- | --- | --- | --- | --- |",
    ...families,
    ...models,
  ].join("\n");
}

function sampleRow(name: string, samples: readonly FamilySample[]): string {
  const parsed = samples.map((sample) => ({ sample, ...parseSample(sample, [sample.output]) }));
  const expected = samples.flatMap(({ expected: { calls = [] } }) => calls);
  const found = parsed.flatMap(({ calls }) => calls);
  const shown = parsed.filter(({ sample, content }) => content !== (sample.expected.content ?? ""));
  return `| ${name} | ${samples.length} | ${expected.length} | ${expected.length - found.length} | ${shown.length} |`;
}

const isOfLibrary = ({ name }: { name: string }): boolean => name.startsWith("library/");
const libraryRows = [
  ...recorded.filter(isOfLibrary).map(({ name, model, cases }) => rowOf(name, model, cases)),
  ...unrecorded.map(({ name, model }) => rowOf(name, model, [])),
].sort((left, right) => (left.name < right.name ? -1 : 1));
const jinjaRows = recorded
  .filter((entry) => !isOfLibrary(entry))
  .map(({ name, model, cases }) => rowOf(name, model, cases));
const shippedRows = shipped.map(({ name, model, cases }) => rowOf(name, model, cases));

const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather",
    parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
  },
};

/** Templates that nothing was recorded of and that write no tools into a question's prompt, and why. */
const WITHOUT_PLACE: Readonly<Record<string, string>> = {
  "library/llama4:latest": "its Go template writes tools only below a system message, and fails there",
  "library/phi4-mini-reasoning:3.8b": "its Jinja template knows tools only as a part of a system message",
};

/** Every model that can call tools: whether its prompt has the tools, and whether a real server's has them. */
const calling = [...recorded, ...shipped, ...unrecorded.map((entry) => ({ ...entry, cases: [] }))]
  .filter(({ model }) => capabilitiesOf(model).includes("tools"))
  .map(({ name, model, cases }) => {
    const messages = [{ role: "user" as const, content: "What is the weather?" }];
    const prompt = library.forChat(model).render({ messages, tools: [WEATHER] });
    const real = cases.find((known): known is RecordedCase => known.name === "tools");
    const isLostThere = real === undefined ? name in WITHOUT_PLACE : !real.text.includes("get_weather");
    return { name, hasTools: prompt.includes("get_weather"), isLostThere };
  });

it.each(calling)("$name has the tools in the prompt wherever a real server has them", ({ hasTools, isLostThere }) => {
  expect(hasTools).toBe(!isLostThere);
});

function toolsInPrompts(): string {
  const without = calling.filter(({ hasTools }) => !hasTools);
  const vanished = without.filter(({ isLostThere }) => !isLostThere);
  const same = without.filter(({ name }) => !(name in WITHOUT_PLACE)).map(({ name }) => name);
  const reasons = Object.entries(WITHOUT_PLACE).map(([name, reason]) => `\`${name}\`: ${reason}.`);
  return [
    `Of ${calling.length} templates that count as able to call tools, ${calling.length - without.length} write the tools into the prompt. ${vanished.length} lose tools that a real server has. ${same.length} have no place for tools, so that the recorded server's prompt has none either: ${same.map((name) => `\`${name.replace(/\.jinja$/, "")}\``).join(", ")}.`,
    ...reasons,
  ].join(" ");
}

describe("calls that a template writes", () => {
  const written = [...libraryRows, ...shippedRows, ...jinjaRows].filter(({ call }) => call !== "");

  it.each(written.map((row) => [row.name, row] as const))("are read back: %s", (_name, { call }) => {
    expect(["read", "not shown by the template"]).toContain(call);
  });
});

it("is what the page of templates says", async () => {
  const all = [...recorded.flatMap(({ cases }) => cases)].filter(({ status }) => status === 200);
  const different = all.filter(({ difference }) => difference !== undefined).length;
  const page = `# Model templates

What the embedded engine makes of the chat templates that models come with. This page is written by \`pnpm templates:table\`, and a test keeps it true. How it is done is in [the decision on model families](decisions/2026-11-28-model-families.md).

${all.length} cases were recorded from a real server, for ${recorded.length} templates: ${all.length - different} are rendered equal, ${different} are different for the reason given, 0 fail. "Its own call" is a tool call as the template itself writes it into a history, read by the parser that the model gets.

${toolsInPrompts()}

## Ollama's library

The ${libraryRows.length} models whose templates are published in \`@huggingface/ollama-utils\`.

${table(libraryRows)}

## What Ollama ships

The ${shippedRows.length} Go templates that Ollama ships for models that bring none. The cases are those of Ollama's own test, with the texts that it expects.

${table(shippedRows)}

## llama.cpp's set of Jinja templates

${table(jinjaRows)}

## Samples by family

Outputs in the formats that the makers publish, and as models get them wrong; each is cut at every character and at random.

${sampleTable()}
`;
  await expect(page).toMatchFileSnapshot("../../../docs/model-templates.md");
});

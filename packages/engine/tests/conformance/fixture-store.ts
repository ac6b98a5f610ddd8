import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelFacts } from "../../src/gguf/model-facts.js";
import { readGguf } from "../../src/gguf/read-gguf.js";
import { addModelLayer, addTextLayers, buildManifest, type ModelTexts } from "../../src/models/build-manifest.js";
import { parseModelName } from "../../src/store/model-name.js";
import { ModelStore } from "../../src/store/model-store.js";
import type { TemplateEquivalent } from "../../src/templates/template-library.js";
import { rewriteGguf } from "./gguf-writer.js";

const CHAT_STOPS = ["<|im_start|>", "<|im_end|>"];
const TEMPLATE_KEY = "tokenizer.chat_template";

interface FixtureModel {
  name: string;
  weights: string;
  texts?: ModelTexts;
  isEmbedding?: boolean;
}

/** Where the fixture's sources are. */
export interface FixtureSources {
  /** Folder with the fixture's templates. */
  templates: string;
  /** GGUF file of the demo model. */
  demoModel: string;
  /** Folder with `tiny-endless.gguf` and `tiny-repeat.gguf`. */
  recordedModels: string;
}

/** A store with models of the names and the capabilities that the recordings know, made of the demo model. */
export interface Fixture {
  /** Folder of the store. */
  folder: string;
  equivalents: ReadonlyMap<string, TemplateEquivalent>;
}

/** Makes the store in a new folder. */
export async function buildFixture(sources: FixtureSources): Promise<Fixture> {
  const template = (file: string): string => readFileSync(join(sources.templates, file), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "codo-conformance-"));
  const weights = await writeWeights(folder, sources, template("tiny-jinja.jinja"));
  const store = new ModelStore(join(folder, "models"));
  for (const model of fixtureModels(template, weights)) await putModel(store, model);
  const spoken = await demoTemplate(sources.demoModel);
  // The demo weights know one way of writing prompts: it stands for all templates that the recorded models have.
  // By itself it asks for a thought, which the recorded models without thinking never have.
  const withoutThought = `{%- set enable_thinking = false -%}${spoken}`;
  const equivalents = new Map<string, TemplateEquivalent>([
    [template("tiny-chat.gotmpl"), { source: withoutThought, kind: "go" }],
    [template("tiny-tools.gotmpl"), { source: withoutThought, kind: "go" }],
    [template("tiny-think.gotmpl"), { source: spoken, kind: "go" }],
    [template("tiny-insert.gotmpl"), { source: template("tiny-insert.jinja"), kind: "go" }],
    [template("tiny-jinja.jinja"), { source: spoken, kind: "jinja" }],
  ]);
  return { folder: join(folder, "models"), equivalents };
}

/** A copy of a store, for a case that changes it. */
export async function copyStore(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "codo-conformance-"));
  await cp(folder, copy, { recursive: true });
  return copy;
}

type Weights = Record<"bare" | "jinja" | "embed" | "endless" | "repeat", string>;

async function writeWeights(folder: string, sources: FixtureSources, jinja: string): Promise<Weights> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, content: Buffer): Promise<string> => {
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, content);
    return path;
  };
  const { demoModel, recordedModels } = sources;
  const without = [TEMPLATE_KEY, "general.type", "general.name", "general.description"];
  return {
    bare: await write("bare", rewriteGguf(demoModel, { without })),
    jinja: await write("jinja", rewriteGguf(demoModel, { without, chatTemplate: jinja })),
    // The recorded one, of BERT's kind, puts a token on both ends of a text.
    embed: await write("embed", rewriteGguf(demoModel, { without, contextLength: 512, textEnds: true })),
    endless: join(recordedModels, "tiny-endless.gguf"),
    repeat: join(recordedModels, "tiny-repeat.gguf"),
  };
}

function fixtureModels(template: (file: string) => string, weights: Weights): FixtureModel[] {
  const chatParameters = { num_ctx: 2048, stop: CHAT_STOPS, temperature: 0 };
  return [
    { name: "tiny", weights: weights.bare },
    {
      name: "tiny-chat",
      weights: weights.bare,
      texts: {
        template: template("tiny-chat.gotmpl"),
        system: "You are a helpful assistant.",
        licenses: ["MIT License. Tiny test weights, no warranty."],
        parameters: { ...chatParameters, temperature: 0.7 },
      },
    },
    {
      name: "tiny-tools",
      weights: weights.bare,
      texts: { template: template("tiny-tools.gotmpl"), parameters: chatParameters },
    },
    {
      name: "tiny-think",
      weights: weights.bare,
      texts: { template: template("tiny-think.gotmpl"), parameters: chatParameters },
    },
    { name: "tiny-insert", weights: weights.bare, texts: { template: template("tiny-insert.gotmpl") } },
    { name: "tiny-jinja", weights: weights.jinja, texts: { parameters: { num_ctx: 2048, temperature: 0 } } },
    { name: "tiny-embed", weights: weights.embed, isEmbedding: true },
    { name: "tiny-endless", weights: weights.endless },
    { name: "tiny-repeat", weights: weights.repeat },
  ];
}

async function putModel(store: ModelStore, model: FixtureModel): Promise<void> {
  const name = parseModelName(model.name);
  if (name === undefined) throw new TypeError(`${model.name} is not a model name`);
  const facts = modelFacts(await readGguf(model.weights));
  const layers = [await addModelLayer(store, model.weights), ...(await addTextLayers(store, model.texts ?? {}))];
  const isEmbedding = model.isEmbedding ?? false;
  await store.put(name, await buildManifest(store, { ...facts, embedding: isEmbedding }, { layers }));
}

async function demoTemplate(path: string): Promise<string> {
  const { chatTemplate } = modelFacts(await readGguf(path));
  if (chatTemplate === undefined) throw new Error(`${path} has no chat template`);
  return chatTemplate;
}

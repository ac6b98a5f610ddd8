import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { modelFacts } from "../gguf/model-facts.js";
import { readGguf } from "../gguf/read-gguf.js";
import { digestOf } from "../store/digest.js";
import type { LocalModel } from "../store/local-model.js";
import { type ModelName, nameKey, parseModelName } from "../store/model-name.js";

// The sources are one folder deeper than the build: both find the package's folder.
const MODEL_FILE = "models/codo-tiny/codo-tiny.gguf";
const LICENSE = "MIT License. The weights were trained from scratch on text made by the scripts next to this file.";

/** The models that every engine has, whatever its store holds. */
export async function loadBuiltinModels(): Promise<LocalModel[]> {
  const modelPath = await findModelFile();
  const facts = modelFacts(await readGguf(modelPath));
  const file = await stat(modelPath, { bigint: true });
  const digest = digestOf(await readFile(modelPath));
  const common = {
    builtin: true,
    sizeBytes: Number(file.size),
    modifiedNs: file.mtimeNs,
    modelPath,
    adapterPaths: [],
    projectorPaths: [],
    messages: [],
    licenses: [LICENSE],
    parentModel: "",
  };
  const parameters = { num_ctx: 2048, stop: ["<|im_start|>", "<|im_end|>"], temperature: 0 };
  return [
    { ...common, name: builtinName("codo-tiny"), digest: builtinDigest("codo-tiny", digest), facts, parameters },
    {
      ...common,
      name: builtinName("codo-tiny-embed"),
      digest: builtinDigest("codo-tiny-embed", digest),
      facts: { ...facts, embedding: true },
      parameters: {},
    },
  ];
}

/** Finds a built-in model by a name. */
export function findBuiltin(models: readonly LocalModel[], name: ModelName): LocalModel | undefined {
  return models.find((model) => nameKey(model.name) === nameKey(name));
}

async function findModelFile(): Promise<string> {
  for (const root of ["../", "../../"]) {
    const path = fileURLToPath(new URL(`${root}${MODEL_FILE}`, import.meta.url));
    if (
      await stat(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`The built-in model ${MODEL_FILE} is missing from the engine's package: install it again.`);
}

function builtinName(model: string): ModelName {
  const name = parseModelName(model);
  if (name === undefined) throw new TypeError(`${model} is not a model name`);
  return name;
}

function builtinDigest(name: string, fileDigest: string): string {
  return digestOf(`${name}\n${fileDigest}`).slice("sha256:".length);
}

import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { LoadOptions, Pooling } from "../inference-contract.js";
import { InferenceError } from "../inference-error.js";
import { nativeErrors } from "./load-addon.js";
import type { NativeAddon, NativeLora, NativeModel } from "./native-addon.js";
import { TokenBytes } from "./token-bytes.js";

const WORD_PIECE = 3;
/** llama.cpp's `llama_pooling_type`. */
const POOLING_TYPES: Record<Pooling, number> = { mean: 1, cls: 2, last: 3 };

/** A model's weights and vocabulary. */
export class Model {
  readonly bytes: TokenBytes;
  readonly architecture: string;
  readonly sizeBytes: number;

  private constructor(
    readonly addon: NativeAddon,
    readonly native: NativeModel,
  ) {
    this.bytes = new TokenBytes(native);
    this.architecture = architectureOf(native);
    this.sizeBytes = native.getModelSize();
  }

  /** @throws InferenceError `load` */
  static async load(addon: NativeAddon, options: LoadOptions, gpuLayers: number): Promise<Model> {
    const { modelPath, useMmap = true, pooling } = options;
    const base = { addonExports: addon, gpuLayers, useMmap };
    const asItIs = await open(addon, modelPath, base);
    if (pooling === undefined) return new Model(addon, asItIs);
    // The key to override is named after the architecture, which only a loaded model has.
    const key = `${architectureOf(asItIs)}.pooling_type`;
    await asItIs.dispose();
    const overridesList: [string, number, 0][] = [[key, POOLING_TYPES[pooling], 0]];
    return new Model(addon, await open(addon, modelPath, { ...base, overridesList }));
  }

  /** Loads LoRA adapters, for a context to use. @throws InferenceError `load` */
  async loadAdapters(paths: readonly string[]): Promise<NativeLora[]> {
    const loras: NativeLora[] = [];
    for (const path of paths) {
      nativeErrors.length = 0;
      const lora = new this.addon.AddonModelLora(this.native, path);
      await this.native.loadLora(lora).catch(async (error: unknown) => {
        await setImmediate();
        const reason = nativeErrors[0] ?? (error instanceof Error ? error.message : String(error));
        throw new InferenceError("load", `The adapter ${basename(path)} can't be used with this model: ${reason}`);
      });
      loras.push(lora);
    }
    return loras;
  }

  /** Special tokens in the text are recognised; with `addBos` the begin token comes first if the model wants one. */
  tokenize(text: string, addBos: boolean): number[] {
    const tokens = Array.from(this.native.tokenize(text, true));
    const bos = this.beginToken;
    if (addBos && bos !== undefined && tokens[0] !== bos) tokens.unshift(bos);
    return tokens;
  }

  /** The token that this model wants before a text. */
  get beginToken(): number | undefined {
    const wanted = this.native.getVocabularyType() === WORD_PIECE || this.native.shouldPrependBosToken();
    return wanted ? present(this.native.tokenBos()) : undefined;
  }

  /** The token that this model wants after a text that it embeds. */
  get endToken(): number | undefined {
    if (this.native.getVocabularyType() === WORD_PIECE) return present(this.native.sepToken());
    return this.native.shouldAppendEosToken() ? present(this.native.tokenEos()) : undefined;
  }

  /** Any token to begin with when there is no text at all. */
  get firstToken(): number | undefined {
    return present(this.native.tokenBos()) ?? present(this.native.tokenEos());
  }

  isEnd(token: number): boolean {
    return this.native.isEogToken(token);
  }
}

function present(token: number | null): number | undefined {
  return token === null || token < 0 ? undefined : token;
}

function architectureOf(model: NativeModel): string {
  return model.getModelDescription().split(" ", 1)[0] ?? "";
}

async function open(addon: NativeAddon, path: string, params: ConstructorParameters<NativeAddon["AddonModel"]>[1]) {
  // Errors of an earlier attempt, as that of the look at the memory, may still be on their way.
  await setImmediate();
  nativeErrors.length = 0;
  const model = new addon.AddonModel(path, params);
  const failure = await model.init().then(
    (loaded) => (loaded ? undefined : "llama.cpp refused it"),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (failure === undefined) return model;
  // The log comes from another thread: let it arrive. Its first error says most.
  await setImmediate();
  throw new InferenceError("load", `The model file ${basename(path)} can't be loaded: ${nativeErrors[0] ?? failure}`);
}

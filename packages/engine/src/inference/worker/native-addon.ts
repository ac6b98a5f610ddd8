/**
 * The part of node-llama-cpp's native addon that the engine uses. The addon comes prebuilt in the packages
 * `@node-llama-cpp/<platform>`; its JavaScript half is left out, see
 * `docs/decisions/2026-11-22-engine-on-the-native-addon.md`. Versions are pinned exactly, because this is not a
 * documented interface.
 */
export interface NativeAddon {
  AddonModel: new (path: string, params: NativeModelParams) => NativeModel;
  AddonModelLora: new (model: NativeModel, path: string) => NativeLora;
  AddonContext: new (model: NativeModel, params: NativeContextParams) => NativeContext;
  AddonSampler: NativeSamplerClass;
  AddonGrammar: new (gbnf: string, params: { addonExports: NativeAddon; rootRuleName: string }) => NativeGrammar;
  AddonGrammarEvaluationState: {
    new (model: NativeModel, grammar: NativeGrammar): NativeGrammarState;
    new (existing: NativeGrammarState): NativeGrammarState;
  };
  /** `undefined` as long as no backend is loaded, `false` for the CPU. */
  getGpuType(): string | false | undefined;
  loadBackends(folder?: string): void;
  init(): Promise<void>;
  setLogger(logger: (level: number, message: string) => void): void;
  setLoggerLogLevel(level: number): void;
}

export interface NativeModelParams {
  addonExports: NativeAddon;
  gpuLayers?: number;
  useMmap?: boolean;
  /** Lays everything out and takes no memory. */
  noAlloc?: boolean;
  /** Metadata to replace; type 0 is an integer. */
  overridesList?: [key: string, value: number, type: 0][];
}

export interface NativeModel {
  /** `false` when the file can't be loaded; the log says why. */
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  loadLora(lora: NativeLora): Promise<void>;
  /** Adds no BOS or EOS. */
  tokenize(text: string, specialTokens: boolean): Uint32Array;
  /** Ends the process when a token is out of range. */
  detokenize(tokens: Uint32Array, specialTokens: boolean): string;
  getTrainContextSize(): number;
  getEmbeddingVectorSize(): number;
  getModelSize(): number;
  getMemoryBreakdown(): { cpuRam: number; gpuVram: number };
  /** Architecture, size and file type, such as `llama 1B Q8_0`. */
  getModelDescription(): string;
  tokenBos(): number | null;
  tokenEos(): number | null;
  sepToken(): number | null;
  /** The token as the vocabulary spells it. Ends the process when the token is out of range. */
  getTokenString(token: number): string;
  getTokenAttributes(token: number): number;
  isEogToken(token: number): boolean;
  getVocabularyType(): number;
  shouldPrependBosToken(): boolean;
  shouldAppendEosToken(): boolean;
}

export interface NativeContextParams {
  /** Tokens of all sequences together. */
  contextSize: number;
  batchSize: number;
  sequences: number;
  threads: number;
  flashAttention?: boolean | "auto";
  embeddings?: boolean;
}

export interface NativeContext {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  initBatch(size: number): void;
  /** Positions in `logitIndexes` get logits. Resolves to their places in the batch. */
  addToBatch(sequenceId: number, firstPosition: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  /** The chosen token, -1 when there is none. */
  sampleToken(batchIndex: number, sampler: NativeSampler): Promise<number>;
  /** As above, with logits as they are when the sampler is done: `[token, logit, token, logit, …]`. */
  sampleToken(
    batchIndex: number,
    sampler: NativeSampler,
    probabilities: boolean,
    confidence: boolean,
    logits: boolean | NativeLogitFilter,
    totalLogitWeight: boolean,
  ): Promise<NativeSample>;
  /** `endPosition` -1 is the end. `false` when this kind of memory can't forget a part. */
  removeTokenCellsFromSequence(sequenceId: number, startPosition: number, endPosition: number): boolean;
  shiftSequenceTokenCells(sequenceId: number, startPosition: number, endPosition: number, delta: number): void;
  /** All that the memory holds of one sequence becomes another's, in the place of what that held. */
  copySequenceStateFromOtherSequence(targetId: number, sourceId: number): Promise<number>;
  /** Resolves to the file's size in bytes. */
  saveSequenceStateToFile(path: string, sequenceId: number, tokens: Uint32Array): Promise<number>;
  loadSequenceStateFromFile(path: string, sequenceId: number, maxTokens: number): Promise<Uint32Array>;
  disposeSequence(sequenceId: number): void;
  getSequenceKvCacheMinPosition(sequenceId: number): number;
  setLoras(loras: NativeLora[], scales: number[]): void;
  getEmbedding(inputLength: number): Float64Array;
  getMemoryBreakdown(): { cpuRam: number; gpuVram: number };
}

/** Which logits to give; `includeTop` come first and in order. */
export type NativeLogitFilter = [
  tokens: number[],
  includeMax: boolean,
  includeMin: boolean,
  includeSelected: boolean,
  includeTop: number,
];

export type NativeSample = [
  token: number,
  probabilities: number[] | undefined,
  confidence: number | undefined,
  logits: number[] | undefined,
  /** Sum of `exp(logit - highest logit)` over the vocabulary. */
  totalLogitWeight: number | undefined,
];

export interface NativeSamplerClass {
  new (model: NativeModel): NativeSampler;
  acceptGrammarEvaluationStateToken(state: NativeGrammarState, token: number): void;
}

export interface NativeSampler {
  applyConfig(config: NativeSamplerConfig): void;
}

export interface NativeSamplerConfig {
  /** 0 takes the likeliest token. */
  temperature: number;
  topK?: number;
  topP?: number;
  minP?: number;
  /** 0 to 2³² − 2. */
  seed?: number;
  repeatPenalty?: number;
  repeatPenaltyMaxTokens?: number;
  repeatPenaltyTokens?: Uint32Array;
  repeatPenaltyPresencePenalty?: number;
  repeatPenaltyFrequencyPenalty?: number;
  grammarEvaluationState?: NativeGrammarState;
}

declare const lora: unique symbol;
declare const grammar: unique symbol;
declare const grammarState: unique symbol;
export interface NativeLora {
  readonly [lora]: true;
}
export interface NativeGrammar {
  readonly [grammar]: true;
}
export interface NativeGrammarState {
  readonly [grammarState]: true;
}

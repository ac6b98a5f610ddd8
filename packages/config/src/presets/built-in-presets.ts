import type { PartialExecutionOptions } from "@codo/ollama-contract";

/** Names of the presets that are always there. */
export const BUILT_IN_PRESET_NAMES = ["fast", "creative", "balanced", "precise", "long_form"] as const;

/** The specification's five presets. They set three options each and leave the rest to the other layers. */
export const BUILT_IN_PRESETS: Readonly<Record<(typeof BUILT_IN_PRESET_NAMES)[number], PartialExecutionOptions>> = {
  fast: { temperature: 0.1, topP: 0.5, numPredict: 512 },
  creative: { temperature: 0.9, topP: 0.95, numPredict: 1024 },
  balanced: { temperature: 0.7, topP: 0.9, numPredict: 1024 },
  precise: { temperature: 0.3, topP: 0.7, numPredict: 2048 },
  long_form: { temperature: 0.7, topP: 0.9, numPredict: 4096 },
};

/** Options that this engine has no use for, and why; values at which they change nothing are left alone. */
const WITHOUT_EFFECT: Record<string, { why: string; neutral: readonly unknown[] }> = {
  num_gpu: { why: "the engine computes on the processor", neutral: [0, -1] },
  main_gpu: { why: "the engine computes on the processor", neutral: [0] },
  draft_num_predict: { why: "there are no draft models", neutral: [0] },
  mirostat: { why: "Mirostat sampling is gone from Ollama and not there either", neutral: [0] },
  mirostat_tau: { why: "Mirostat sampling is gone from Ollama and not there either", neutral: [] },
  mirostat_eta: { why: "Mirostat sampling is gone from Ollama and not there either", neutral: [] },
  tfs_z: { why: "tail-free sampling is gone from Ollama and not there either", neutral: [1] },
  penalize_newline: { why: "penalties treat a newline as any token", neutral: [true] },
  use_mlock: { why: "memory is never locked", neutral: [false] },
  low_vram: { why: "the engine computes on the processor", neutral: [false] },
  f16_kv: { why: "the context is always kept in 16 bits", neutral: [true] },
  logits_all: { why: "log-probabilities are asked for with `logprobs`", neutral: [false] },
  vocab_only: { why: "a model is always loaded as a whole", neutral: [false] },
  numa: { why: "memory is not spread over NUMA nodes", neutral: [false] },
};

/**
 * Warns of options in a request that change nothing: those that the engine can't follow, and those that nobody knows.
 * The client does not see it, as with a real server.
 */
export function warnOfOptions(
  options: Record<string, unknown>,
  known: (name: string) => boolean,
  warn: (message: string) => void,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === null) continue;
    const useless = Object.hasOwn(WITHOUT_EFFECT, name) ? WITHOUT_EFFECT[name] : undefined;
    if (useless !== undefined) {
      if (!useless.neutral.includes(value)) warn(`The option ${name} has no effect: ${useless.why}.`);
    } else if (!known(name)) warn(`The option ${JSON.stringify(name)} is not known and has no effect.`);
  }
}
